package io.lb4j.testing;

import ch.qos.logback.classic.Level;
import io.lb4j.MemberSpec;
import io.lb4j.SocketOptions;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import io.lb4j.internal.net.NativeTransport;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A virtual server in a JVM of its own that says which transport it has, and why. Takes {@code
 * hold} (open one more file) and {@code quit} on its input.
 */
public final class ChildTransport {
  private ChildTransport() {}

  /** Transport asked for, port of the member on 127.0.0.1, and a socket option or nothing. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ChildBalancer.printLog(out, Level.INFO);
    VirtualServer edge;
    try {
      edge =
          Edges.edge(Edges.pool(MemberSpec.of("127.0.0.1", Integer.parseInt(arguments[1]))))
              .loops(1)
              .transport(TransportKind.valueOf(arguments[0]))
              .memberSockets(options(arguments.length > 2 ? arguments[2] : ""))
              .start();
    } catch (IllegalStateException refused) {
      out.println("refused: " + refused.getMessage());
      return;
    }
    ChildBalancer.loadAll();
    if (edge.transport() == TransportKind.EPOLL) {
      ChildBalancer.loadAll(NativeTransport.class, "io/lb4j");
    }
    out.println("transport " + edge.transport());
    out.println("listening " + ((InetSocketAddress) edge.address()).getPort());
    ChildBalancer.obey(out);
    edge.close();
    out.println("closed");
  }

  private static SocketOptions options(String name) {
    SocketOptions options = SocketOptions.defaults();
    return switch (name) {
      case "mark" -> options.mark(7);
      case "transparent" -> options.transparent(true);
      default -> options;
    };
  }
}
