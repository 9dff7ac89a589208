package io.lb4j;

import io.lb4j.internal.net.EchoSockets;
import io.lb4j.internal.probe.BlockingProber;
import io.lb4j.internal.probe.EchoProber;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.Program;
import io.lb4j.internal.probe.SharedProbes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An ICMP echo to the member's address, by a socket of ours or by the system's program. */
final class PingCheck implements Check {
  private static final String WAIT_SECONDS = "3600"; // the monitor's timeout comes first

  private final boolean ownSockets;
  private final Map<ProbeRoom, SharedProbes<InetAddress>> rooms = new WeakHashMap<>();

  private PingCheck(boolean ownSockets) {
    this.ownSockets = ownSockets;
  }

  /**
   * Finds a way to ping.
   *
   * @throws UnsupportedOperationException when there is none; the message names what is missing
   */
  static PingCheck find() {
    String whyNoSocket = EchoSockets.whyNot();
    if (whyNoSocket.isEmpty()) {
      return new PingCheck(true);
    }
    ProbeReport tried = tryProgram();
    if (tried.verdict() == ProbeReport.Verdict.PASSED) {
      return new PingCheck(false);
    }
    throw new UnsupportedOperationException(
        "no way to ping: "
            + (whyNoSocket + "; the ping program: " + tried.detail())
            + " (it must be installed, and have CAP_NET_RAW where ICMP sockets are denied)");
  }

  private static ProbeReport tryProgram() {
    try {
      return program("1", "127.0.0.1").run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return ProbeReport.failed("interrupted");
    }
  }

  private static Program program(String waitSeconds, String address) {
    List<String> command = List.of("ping", "-n", "-c", "1", "-W", waitSeconds, address);
    Map<String, String> environment =
        Map.of("LC_ALL", "C", "PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    return new Program(command, environment, Set.of(0), 4096);
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    SharedProbes<InetAddress> echoes;
    synchronized (rooms) {
      echoes = rooms.computeIfAbsent(room, PingCheck.this::echoesIn);
    }
    return echoes.prober(() -> addressOf(member));
  }

  private SharedProbes<InetAddress> echoesIn(ProbeRoom room) {
    var loop = room.loop();
    var threads = room.threads();
    return new SharedProbes<>(
        loop,
        address ->
            ownSockets
                ? new EchoProber(loop, address)
                : new BlockingProber(
                    loop,
                    threads,
                    new AtomicInteger(),
                    () -> program(WAIT_SECONDS, address.getHostAddress()).run()));
  }

  private static InetAddress addressOf(PoolMember member) {
    SocketAddress address = member.socketAddress().orElseThrow();
    return address instanceof InetSocketAddress inet
        ? inet.getAddress()
        : InetAddress.getLoopbackAddress(); // a UNIX-domain socket is on this machine
  }

  @Override
  public String toString() {
    return "ping";
  }
}
