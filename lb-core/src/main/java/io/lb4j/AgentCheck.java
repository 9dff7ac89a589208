package io.lb4j;

import io.lb4j.internal.probe.AgentProber;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Asks the agent that listens on a port of the member's host. */
final class AgentCheck implements Check {
  private final int port;
  private final String send;

  AgentCheck(int port, String send) {
    this.port = Checks.range("port", port, 1, 65_535);
    this.send = Checks.present("send", send);
    if (send.length() > AgentProber.LONGEST_LINE) {
      throw Checks.bad(
          "send", send.length() + " characters", "at most " + AgentProber.LONGEST_LINE);
    }
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new AgentProber(room.loop(), () -> agentOf(member), send, member::weight);
  }

  private SocketAddress agentOf(PoolMember member) {
    SocketAddress address = member.socketAddress().orElseThrow();
    return address instanceof InetSocketAddress inet
        ? new InetSocketAddress(inet.getAddress(), port)
        : new InetSocketAddress(
            InetAddress.getLoopbackAddress(), port); // a UNIX-domain socket is on this machine
  }

  @Override
  public boolean judges() {
    return false;
  }

  @Override
  public String toString() {
    return "agent " + port;
  }
}
