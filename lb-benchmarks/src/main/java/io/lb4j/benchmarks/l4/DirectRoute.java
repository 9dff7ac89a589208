package io.lb4j.benchmarks.l4;

import java.net.InetSocketAddress;

/** Nothing between: the client connects to a member's server. */
record DirectRoute(InetSocketAddress address) implements Route {
  @Override
  public void close() {}
}
