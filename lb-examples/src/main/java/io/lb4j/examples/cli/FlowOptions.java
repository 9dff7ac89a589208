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
      description = "Reset a flow in which nothing moves for so long. Default: 300.")
  private Optional<Duration> idleTimeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "SECONDS",
      description = "How long a server may take to accept a connection. Default: 5.")
  private Optional<Duration> connectTimeout;

  @Option(
      names = "--max-flows",
      paramLabel = "N",
      description = "How many flows may be open; clients beyond are reset. Default: 50000.")
  private Optional<Integer> maxFlows;

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
    idleTimeout.ifPresent(builder::idleTimeout);
    connectTimeout.ifPresent(builder::connectTimeout);
    maxFlows.ifPresent(builder::maxFlows);
    loops.ifPresent(builder::loops);
    virtualClient.ifPresent(builder::virtualClient);
    protocol.ifPresent(builder::protocol);
    SocketOptions sockets = SocketOptions.defaults().keepAlive(keepAlive);
    builder.clientSockets(sockets).memberSockets(sockets);
    builder.transport(transport);
  }
}
