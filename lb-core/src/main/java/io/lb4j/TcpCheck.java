package io.lb4j;

import io.lb4j.internal.probe.Greeting;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.TcpProber;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.OptionalInt;

/** Connects and hangs up. */
final class TcpCheck implements Check {
  private final OptionalInt port; // none: the member's

  TcpCheck(OptionalInt port) {
    this.port = port;
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new TcpProber(
        room.loop(),
        () -> target(member.socketAddress().orElseThrow()),
        port.isPresent() ? Greeting.NONE : room.greeting());
  }

  /** A UNIX-domain socket has no port: it is asked itself. */
  private SocketAddress target(SocketAddress address) {
    return port.isPresent() && address instanceof InetSocketAddress internet
        ? new InetSocketAddress(internet.getAddress(), port.getAsInt())
        : address;
  }

  @Override
  public String toString() {
    return port.isPresent() ? "tcp port " + port.getAsInt() : "tcp";
  }
}
