package io.lb4j.benchmarks.l4;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** What stands between the client and the members' servers. Has its own threads, or none. */
interface Route extends AutoCloseable {
  /** Where clients connect to. */
  InetSocketAddress address();

  /** Ends everything that it opened. */
  @Override
  void close();

  /**
   * Opens a route.
   *
   * @param name {@code direct}, {@code lb4j} or {@code netty}
   * @param members where the servers listen
   */
  static Route open(String name, List<InetSocketAddress> members) {
    return switch (name) {
      case "direct" -> new DirectRoute(members.get(0));
      case "lb4j" -> new Lb4jRoute(members);
      case "netty" -> new NettyRoute(members);
      default -> throw new IllegalArgumentException("route: " + name);
    };
  }

  /** A free port of the loopback interface, for those that listen. */
  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Event loops of those that have any: one for each processor. */
  static int loops() {
    return Runtime.getRuntime().availableProcessors();
  }
}
