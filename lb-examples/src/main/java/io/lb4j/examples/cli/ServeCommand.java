package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.CloseReason;
import io.lb4j.HealthMonitor;
import io.lb4j.MemberSpec;
import io.lb4j.PersistencePolicy;
import io.lb4j.Pool;
import io.lb4j.ServiceAddress;
import io.lb4j.VirtualServer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A load balancer on the command line. */
@Command(
    name = "serve",
    sortOptions = false,
    customSynopsis = "lb-examples serve --listen ADDRESS --server ADDRESS[*WEIGHT] [OPTIONS]",
    description = {
      "Balances clients over servers until SIGTERM or SIGINT, then drains.",
      "An address is HOST:PORT, [IPv6]:PORT or unix:PATH."
    })
final class ServeCommand implements Runnable {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "ADDRESS",
      description = "Where clients connect; may be given several times. Port 0 picks a free one.")
  private List<ServiceAddress> listen;

  @Option(
      names = "--server",
      required = true,
      paramLabel = "ADDRESS[*WEIGHT]",
      description = "A server to balance over; may be given several times. Weight: 1..256.")
  private List<MemberSpec> servers;

  @Option(
      names = "--strategy",
      defaultValue = "weighted-round-robin",
      paramLabel = "NAME",
      description =
          "How clients are spread: round-robin, weighted-round-robin, random, weighted-random,"
              + " least-connections, random-two-choices, source-hash. Default: ${DEFAULT-VALUE}.")
  private BalancingStrategy strategy;

  @Option(
      names = "--persistence",
      paramLabel = "source[:SECONDS]",
      description = "Send a client address back to the server it had; for 180 s of no use.")
  private Optional<PersistencePolicy> persistence;

  @Option(
      names = "--monitor",
      defaultValue = "tcp",
      paramLabel = "tcp|none",
      description = "How servers are checked. Default: ${DEFAULT-VALUE}.")
  private HealthMonitor monitor;

  @Option(
      names = "--monitor-interval",
      paramLabel = "SECONDS",
      description = "Time between two checks of a server. Default: 2.")
  private Optional<Duration> monitorInterval;

  @Mixin private FlowOptions flowOptions;

  @Option(
      names = "--grace",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "How long open flows may go on when it ends. Default: ${DEFAULT-VALUE}.")
  private Duration grace;

  @Option(names = "--trace", description = "Print what happens to each flow, at some cost.")
  private boolean trace;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    DeckTrace deckTrace = new DeckTrace(out);
    VirtualServer.Builder builder = builder();
    if (trace) {
      deckTrace.attachTo(builder);
    }
    VirtualServer server = builder.start();
    if (trace) {
      deckTrace.listening(server);
    }
    String addresses =
        server.addresses().stream()
            .map(address -> Addresses.of(address).toString())
            .collect(Collectors.joining(", "));
    Termination termination = Termination.does(() -> drain(server, out));
    String transport = server.transport().toString().toLowerCase(Locale.ROOT);
    out.println("listening on " + addresses + " (" + transport + ")");
    termination.await();
  }

  private VirtualServer.Builder builder() {
    try {
      Pool.Builder pool = Pool.builder("servers").strategy(strategy);
      pool.monitor(monitorInterval.map(monitor::interval).orElse(monitor));
      servers.forEach(pool::member);
      VirtualServer.Builder builder = VirtualServer.builder("serve").pool(pool.build());
      listen.forEach(builder::listen);
      persistence.ifPresent(builder::persistence);
      flowOptions.applyTo(builder);
      return builder;
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private void drain(VirtualServer server, PrintWriter out) {
    out.println("draining, open flows: " + server.flows().size());
    if (server.drain(grace)) {
      out.println("drained");
    } else {
      out.println("grace is over, flows cut off: " + server.flows().closed(CloseReason.SHUTDOWN));
    }
  }
}
