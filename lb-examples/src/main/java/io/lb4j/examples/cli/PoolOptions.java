package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.HealthMonitor;
import io.lb4j.MemberSource;
import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.examples.admin.EventText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of {@code serve} that say which servers there are and how clients are spread. */
final class PoolOptions {
  @ArgGroup(exclusive = false, multiplicity = "1")
  private Servers servers;

  /** Where the servers are; at least one of these. */
  static final class Servers {
    @Option(
        names = "--server",
        paramLabel = "ADDRESS[*WEIGHT][@PRIORITY]",
        description =
            "A server to balance over; may be given several times. Weight: 1..256, default 1."
                + " Priority: 0..65535, default 0, higher ones first, or backup, below all.")
    private List<MemberSpec> single = List.of();

    @Option(
        names = "--servers-of",
        paramLabel = "HOST:PORT[*WEIGHT][@PRIORITY]",
        description = "A server for each address of a name; may be given several times.")
    private List<MemberSpec> addressesOf = List.of();

    @Option(
        names = "--service",
        paramLabel = "NAME",
        description =
            "A server for each SRV record of a name such as _http._tcp.example.com; may be given"
                + " several times.")
    private List<String> services = List.of();

    private void addTo(Pool.Builder pool) {
      single.forEach(server -> OptionErrors.give("--server", server, pool::member));
      addressesOf.forEach(
          name ->
              OptionErrors.give(
                  "--servers-of", name, it -> pool.source(MemberSource.addressesOf(it))));
      services.forEach(
          name ->
              OptionErrors.give("--service", name, it -> pool.source(MemberSource.service(it))));
    }
  }

  @Option(
      names = "--resolve-interval",
      paramLabel = "SECONDS",
      description = "Time after which names are resolved again. Default: 30.")
  private Optional<Duration> resolveInterval;

  @Option(
      names = "--strategy",
      defaultValue = "weighted-round-robin",
      paramLabel = "NAME",
      description =
          "How clients are spread: round-robin, weighted-round-robin, random, weighted-random,"
              + " least-connections, shortest-expected-delay, never-queue, first-available,"
              + " random-two-choices, choices:N, response-time, host-utilisation, source-hash,"
              + " maglev, ring-hash, rendezvous. Default: ${DEFAULT-VALUE}.")
  private BalancingStrategy strategy;

  @Option(
      names = "--max-flows-per-server",
      paramLabel = "N",
      description = "How many flows a server takes at most. Default: no limit.")
  private Optional<Integer> maxFlowsPerMember;

  @Mixin private MonitorOptions monitorOptions;
  @Mixin private DegradeOptions degradeOptions;

  /** The pool, with this monitor if none was given. Its events are printed as they come. */
  Pool pool(ProxyOptions proxies, HealthMonitor monitor, PrintWriter out) {
    Pool.Builder pool = Pool.builder("servers").strategy(strategy);
    proxies.applyTo(pool);
    servers.addTo(pool);
    OptionErrors.give("--resolve-interval", resolveInterval, pool::resolveInterval);
    OptionErrors.give("--max-flows-per-server", maxFlowsPerMember, pool::maxFlowsPerMember);
    degradeOptions.applyTo(pool);
    pool.monitor(monitorOptions.monitor(monitor));
    pool.listener(event -> out.println(EventText.of(event)));
    try {
      return pool.build();
    } catch (IllegalArgumentException | IllegalStateException clash) {
      throw new IllegalArgumentException(OptionErrors.ofClash(clash.getMessage()), clash);
    }
  }
}
