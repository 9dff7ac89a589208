package io.lb4j.examples.cli;

import io.lb4j.SocketOptions;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Options of {@code serve} that go to the virtual server as they are; its defaults stay its own.
 */
final class FlowOptions {
  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      description =
          "Reset a flow in which nothing moves for so long; with --udp it just ends. Default: 300,"
              + " with --udp 60.")
  private Optional<Duration> idleTimeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "SECONDS",
      description = "How long a server may take to accept a connection. Default: 5.")
  private Optional<Duration> connectTimeout;

  @Option(
      names = "--max-flows",
      paramLabel = "N",
      description =
          "How many flows may be open; clients beyond are reset, with --udp the flow that has been"
              + " idle for longest ends instead. Default: 50000.")
  private Optional<Integer> maxFlows;

  @Option(
      names = "--max-connection-rate",
      paramLabel = "N",
      description = "How many clients may come each second; those beyond are reset. Default: any.")
  private Optional<Integer> maxConnectionRate;

  @Option(
      names = "--max-lifetime",
      paramLabel = "SECONDS",
      description = "Reset a flow that is so old, or up to a tenth younger. Default: never.")
  private Optional<Duration> maxLifetime;

  @Option(
      names = "--upload-limit",
      paramLabel = "BYTES",
      description = "How much a flow carries from its client in a second. Default: any.")
  private Optional<Long> uploadLimit;

  @Option(
      names = "--download-limit",
      paramLabel = "BYTES",
      description = "How much a flow carries to its client in a second. Default: any.")
  private Optional<Long> downloadLimit;

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "How many event loops carry the flows. Default: one for each processor.")
  private Optional<Integer> loops;

  @Option(
      names = "--virtual-client",
      paramLabel = "IP",
      description = "The source address towards servers. Default: the system's choice.")
  private Optional<String> virtualClient;

  @Option(
      names = "--protocol",
      paramLabel = "LABEL",
      description = "The protocol shown of its flows. Default: what the port stands for.")
  private Optional<String> protocol;

  @Option(names = "--keep-alive", description = "Have silent peers probed (TCP keep-alive).")
  private boolean keepAlive;

  @Option(
      names = "--transport",
      paramLabel = "KIND",
      description =
          "How sockets are reached: auto, nio or epoll. Default: auto, that is epoll"
              + " where it can be used.")
  private TransportKind transport = TransportKind.AUTO;

  TransportKind transport() {
    return transport;
  }

  void applyTo(VirtualServer.Builder builder) {
    OptionErrors.give("--idle-timeout", idleTimeout, builder::idleTimeout);
    OptionErrors.give("--connect-timeout", connectTimeout, builder::connectTimeout);
    OptionErrors.give("--max-flows", maxFlows, builder::maxFlows);
    OptionErrors.give("--max-connection-rate", maxConnectionRate, builder::maxConnectionRate);
    OptionErrors.give("--max-lifetime", maxLifetime, builder::maxFlowLifetime);
    OptionErrors.give("--upload-limit", uploadLimit, builder::uploadLimit);
    OptionErrors.give("--download-limit", downloadLimit, builder::downloadLimit);
    OptionErrors.give("--loops", loops, builder::loops);
    OptionErrors.give("--virtual-client", virtualClient, builder::virtualClient);
    OptionErrors.give("--protocol", protocol, builder::protocol);
    SocketOptions sockets = SocketOptions.defaults().keepAlive(keepAlive);
    builder.clientSockets(sockets).memberSockets(sockets);
    builder.transport(transport);
  }
}
