package io.lb4j;

import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.TcpProber;

/** Connects and hangs up. */
final class TcpCheck implements Check {
  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new TcpProber(room.loop(), () -> member.socketAddress().orElseThrow());
  }

  @Override
  public String toString() {
    return "tcp";
  }
}
