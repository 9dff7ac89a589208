package io.lb4j.examples.cli;

import io.lb4j.Health;
import io.lb4j.HealthMonitor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of {@code serve} that say how servers are checked. */
final class MonitorOptions {
  @Option(
      names = "--monitor",
      paramLabel = "HOW",
      description = {
        "How servers are checked. Given several times, all have to pass. Default:"
            + " tcp, or none with --udp. One of:",
        "ping: fit when its address answers an ICMP echo",
        "tcp or tcp:PORT: fit when it takes a connection, perhaps on another port",
        "http:/PATH or https:/PATH: fit when a GET is answered with a status of 200 to 399. The"
            + " certificate has to be trusted and to have the server's name or IP;"
            + " https+insecure:/PATH takes any.",
        "script:send=PING\\r\\n;expect=+PONG for example: fit when it answers as expected. Steps:"
            + " send=TEXT, expect=TEXT, expect-match=REGEX, send-hex=HEX, expect-hex=HEX,"
            + " expect-end. Settings: drain-on=TEXT, drain-on-match=REGEX, reverse, port=PORT, tls,"
            + " tls+insecure, udp. A TEXT may have \\r \\n \\t \\; \\\\ in it.",
        "dns:NAME or dns:NAME/TYPE: fit when a DNS query by UDP, for addresses or for another type,"
            + " is answered with NOERROR; dns+tcp: asks over TCP.",
        "exec:PROGRAM: fit when it ends with status 0; called with its arguments, then address"
            + " and port",
        "agent:PORT: does what an agent beside the server asks for, as HAProxy's agent-check;"
            + " give another monitor with it to check the server itself",
        "none"
      })
  private List<HealthMonitor> monitors = List.of();

  @Option(
      names = "--monitor-interval",
      paramLabel = "SECONDS",
      description = "Time between two checks of a server. Default: 2.")
  private Optional<Duration> interval;

  @Option(
      names = "--fast-interval",
      paramLabel = "SECONDS",
      description = "The same while a server is on its way up or down. Default: the interval.")
  private Optional<Duration> fastInterval;

  @Option(
      names = "--down-interval",
      paramLabel = "SECONDS",
      description = "The same while a server is down. Default: the interval.")
  private Optional<Duration> downInterval;

  @Option(
      names = "--monitor-timeout",
      paramLabel = "SECONDS",
      description = "How long a check may take. Default: the shortest interval.")
  private Optional<Duration> timeout;

  @Option(
      names = "--rise",
      paramLabel = "N",
      description = "Checks that pass in a row and bring a server back. Default: 2.")
  private Optional<Integer> rise;

  @Option(
      names = "--fall",
      paramLabel = "N",
      description = "Checks that fail in a row and take a server out. Default: 3.")
  private Optional<Integer> fall;

  @Option(
      names = "--initially",
      paramLabel = "up|down|unknown",
      description = "How a server is before its first check. Default: unknown; it takes flows.")
  private Optional<Health> initially;

  /** All of them, or this one if none was given. */
  HealthMonitor monitor(HealthMonitor otherwise) {
    HealthMonitor set =
        monitors.size() > 1
            ? HealthMonitor.allOf(monitors.toArray(HealthMonitor[]::new))
            : monitors.isEmpty() ? otherwise : monitors.get(0);
    set = OptionErrors.with("--monitor-interval", interval, set, HealthMonitor::interval);
    set = OptionErrors.with("--monitor-timeout", timeout, set, HealthMonitor::timeout);
    set = OptionErrors.with("--rise", rise, set, HealthMonitor::rise);
    set = OptionErrors.with("--fall", fall, set, HealthMonitor::fall);
    set = OptionErrors.with("--fast-interval", fastInterval, set, HealthMonitor::fastInterval);
    set = OptionErrors.with("--down-interval", downInterval, set, HealthMonitor::downInterval);
    return OptionErrors.with("--initially", initially, set, HealthMonitor::initially);
  }
}
