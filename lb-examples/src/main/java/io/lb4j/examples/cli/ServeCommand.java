package io.lb4j.examples.cli;

import io.lb4j.CloseReason;
import io.lb4j.PersistencePolicy;
import io.lb4j.Pool;
import io.lb4j.ServiceAddress;
import io.lb4j.VirtualServer;
import io.lb4j.examples.admin.AdminCommands;
import io.lb4j.examples.admin.AdminConsole;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
    customSynopsis =
        "lb-examples serve --listen ADDRESS --server ADDRESS[*WEIGHT][@PRIORITY] [OPTIONS]",
    description = {
      "Balances clients over servers until SIGTERM or SIGINT, then drains.",
      "An address is HOST:PORT, [IPv6]:PORT or unix:PATH.",
      "While it runs it prints what happens to servers and answers lines on standard input: help"
          + " lists them."
    })
final class ServeCommand implements Runnable {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "ADDRESS",
      description = "Where clients connect; may be given several times. Port 0 picks a free one.")
  private List<ServiceAddress> listen;

  @Mixin private PoolOptions poolOptions;

  @Option(
      names = "--persistence",
      paramLabel = "KEY[:SECONDS]",
      description =
          "Send a client back to the server it had, for 180 s of no use: source[/BITS[/IPV6-BITS]]"
              + " by its address or network, cookie:NAME by an HTTP cookie of its own or the"
              + " server's. Default: none.")
  private Optional<PersistencePolicy> persistence;

  @Mixin private FlowOptions flowOptions;
  @Mixin private UdpOptions udpOptions;
  @Mixin private ProxyOptions proxyOptions;

  @Mixin private AccessOptions accessOptions;

  @Option(
      names = "--grace",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "How long open flows may go on when it ends. Default: ${DEFAULT-VALUE}.")
  private Duration grace;

  @Option(
      names = "--warm-up",
      defaultValue = "1.5",
      paramLabel = "SECONDS",
      description =
          "Carry flows of its own over loopback for so long before it listens, so that the first"
              + " clients are as fast as later ones. Default: ${DEFAULT-VALUE}; 0 for none.")
  private Duration warmUp;

  @Option(names = "--trace", description = "Print what happens to each flow, at some cost.")
  private boolean trace;

  @Spec private CommandSpec spec;

  private final InputStream adminInput;

  /** A command that takes admin lines from here while it runs. */
  ServeCommand(InputStream adminInput) {
    this.adminInput = adminInput;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    DeckTrace deckTrace = new DeckTrace(out);
    VirtualServer.Builder builder = builder();
    if (trace) {
      deckTrace.attachTo(builder);
    }
    warmUp();
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
    AdminConsole.start(adminInput, out, new AdminCommands(server));
    termination.await();
  }

  private void warmUp() {
    try {
      if (udpOptions.isUdp()) {
        UdpWarmUp.run(warmUp, flowOptions.transport());
      } else {
        WarmUp.run(warmUp, flowOptions.transport());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot warm up: " + failure.getMessage(), failure);
    }
  }

  private VirtualServer.Builder builder() {
    try {
      udpOptions.check(spec.commandLine().getParseResult());
      Pool pool = poolOptions.pool(proxyOptions, udpOptions.monitor(), spec.commandLine().getOut());
      VirtualServer.Builder builder = VirtualServer.builder("serve").pool(pool);
      listen.forEach(address -> OptionErrors.give("--listen", address, builder::listen));
      persistence.ifPresent(builder::persistence);
      flowOptions.applyTo(builder);
      udpOptions.applyTo(builder);
      proxyOptions.applyTo(builder);
      builder.access(accessOptions.policy());
      return builder;
    } catch (IllegalArgumentException | IllegalStateException wrong) {
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
