package io.lb4j.benchmarks.l4;

import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A virtual server of lb4j with its defaults: round robin, no monitor, no persistence. Idle timeout
 * and flow table cannot be switched off, so what they cost is measured too.
 */
final class Lb4jRoute implements Route {
  private final VirtualServer server;

  Lb4jRoute(List<InetSocketAddress> members) {
    Pool.Builder pool = Pool.builder("bench");
    members.forEach(member -> pool.member(member.getHostString(), member.getPort()));
    InetSocketAddress any = Route.anyPort();
    server =
        VirtualServer.builder("bench")
            .listen(any.getAddress().getHostAddress(), any.getPort())
            .pool(pool.build())
            .loops(Route.loops())
            .start();
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
