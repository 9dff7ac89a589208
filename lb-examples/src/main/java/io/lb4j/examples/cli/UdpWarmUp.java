package io.lb4j.examples.cli;

import io.lb4j.Pool;
import io.lb4j.TransportKind;
import io.lb4j.UdpPolicy;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.DatagramEcho;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.time.Duration;

/** What {@link WarmUp} is for, with datagrams: short sessions of some round trips each. */
final class UdpWarmUp {
  private static final int SMALL = 64;
  private static final int ROUND_TRIPS = 10;
  private static final int PATIENCE_MILLIS = 200;

  private UdpWarmUp() {}

  /** Does it for so long, on the transport; not at all if the time is zero. */
  static void run(Duration time, TransportKind transport) throws IOException {
    if (time.isZero()) {
      return;
    }
    UdpPolicy policy = UdpPolicy.defaults().endAfterRequests(ROUND_TRIPS).endAfterReplies(1);
    try (DatagramEcho echo = DatagramEcho.start(LittleServer.anyLoopbackPort());
        VirtualServer server =
            VirtualServer.builder("warm-up")
                .udp(policy)
                .listen("127.0.0.1", 0)
                .pool(Pool.builder("warm-up").member("127.0.0.1", echo.address().getPort()).build())
                .transport(transport)
                .loops(1)
                .start()) {
      long end = System.nanoTime() + time.toNanos();
      WarmUp.inParallel(() -> client(server.address(), end));
    }
  }

  private static void client(SocketAddress edge, long endNanos) {
    try {
      while (System.nanoTime() < endNanos) {
        session(edge);
      }
    } catch (IOException failure) {
      // a warm-up that fails is a warm-up less: real clients will tell what is wrong
    }
  }

  private static void session(SocketAddress edge) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[SMALL], SMALL);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(edge);
      for (int i = 0; i < ROUND_TRIPS; i++) {
        socket.send(packet);
        socket.receive(packet);
      }
    }
  }
}
