package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load generator for datagrams, with no proxy between. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UdpLoadTest {
  private static final Duration TURN = Duration.ofMillis(150);

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static LoadFigures exchange(
      Workload workload, SocketAddress server, int clients, int rate) throws IOException {
    try (LoadClient client = new LoadClient()) {
      return client.exchange(workload, server, clients, TURN, rate);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "UDP_(ECHO|SHORT)")
  void roundTripsAreCountedAndTimed(Workload workload) throws IOException {
    try (LoadServer server = LoadServer.start(workload)) {
      LoadFigures load = exchange(workload, loopback(server.ports().get(1)), workload.flows(), 0);

      assertThat(load.errors()).isZero();
      assertThat(load.operations()).isPositive();
      assertThat(load.bytes()).isEqualTo(load.operations() * workload.messageBytes());
      assertThat(load.nanos()).isGreaterThanOrEqualTo(TURN.toNanos());
      assertThat(load.p50Nanos()).isPositive().isLessThanOrEqualTo(load.p99Nanos());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "UDP_(ECHO|SHORT)")
  void aRateIsKept(Workload workload) throws IOException {
    try (LoadServer server = LoadServer.start(workload)) {
      LoadFigures load = exchange(workload, loopback(server.ports().get(0)), 64, 1000);

      assertThat(load.operations()).isBetween(50L, 400L);
    }
  }

  @Test
  void whatIsRefusedIsLost() throws IOException {
    SocketAddress nobody = loopback(new FreePorts(new Random()).next());

    LoadFigures load = exchange(Workload.UDP_ECHO, nobody, 3, 0);

    assertThat(load.errors()).isGreaterThanOrEqualTo(3);
    assertThat(load.operations()).isZero();
  }

  @Test
  void whatIsNotAnsweredIsLostAfterAWhile() throws IOException {
    try (DatagramSocket silent = new DatagramSocket(loopback(0))) {
      LoadFigures load = exchange(Workload.UDP_ECHO, silent.getLocalSocketAddress(), 3, 0);

      assertThat(load.errors()).isEqualTo(3);
      assertThat(load.operations()).isZero();
    }
  }

  @Test
  void anAnswerToSomethingElseIsNone() throws IOException {
    try (Answerer wrong = new Answerer(1)) {
      LoadFigures load = exchange(Workload.UDP_ECHO, wrong.address(), 3, 0);

      assertThat(load.errors()).isEqualTo(3);
    }
  }

  @Test
  void shortOnesComeFromNewPortsAndEchoesFromOne() throws IOException {
    try (Answerer echo = new Answerer(0)) {
      LoadFigures load = exchange(Workload.UDP_SHORT, echo.address(), 1, 200);
      assertThat(load.operations()).isPositive();
      assertThat(echo.clients.size()).isGreaterThan(1);

      echo.clients.clear();
      exchange(Workload.UDP_ECHO, echo.address(), 2, 200);
      assertThat(echo.clients).hasSize(2);
    }
  }

  @Test
  void whatABurstDeliversIsCounted() throws IOException {
    try (LoadServer server = LoadServer.start(Workload.UDP_BURST)) {
      SocketAddress address = loopback(server.ports().get(0));
      LoadFigures load = exchange(Workload.UDP_BURST, address, 3, 10_000);

      assertThat(load.errors()).isZero();
      assertThat(load.operations()).isBetween(300L, 2500L);
    }
  }

  @Test
  void whatABurstDoesNotDeliverIsLost() throws IOException {
    SocketAddress nobody = loopback(new FreePorts(new Random()).next());

    LoadFigures load = exchange(Workload.UDP_BURST, nobody, 2, 1000);

    assertThat(load.operations()).isZero();
    assertThat(load.errors()).isPositive();
  }

  @Test
  void aBurstHasARateInAnyCase() {
    assertThat(Workload.UDP_BURST.rate(0)).isEqualTo(20_000);
    assertThat(Workload.UDP_BURST.rate(7)).isEqualTo(7);
    assertThat(Workload.UDP_ECHO.rate(0)).isZero();
  }

  @Test
  void aPaceIsARateFromAMomentOn() {
    Pace pace = new Pace(1_000_000, 50);
    assertThat(pace.untilNext(20)).isEqualTo(30);
    pace.begin();
    pace.begin();
    assertThat(pace.untilNext(50)).isEqualTo(2000);
    assertThat(pace.untilNext(9000)).isNegative();
    pace.forget(9000);
    assertThat(pace.untilNext(9000)).isZero();
    pace.forget(8000);
    assertThat(pace.untilNext(9000)).isZero();
    assertThat(new Pace(0, 50).untilNext(20)).isZero();
  }

  /** Sends back what it gets, with something added to the first byte. */
  private static final class Answerer implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(loopback(0));
    private final Set<SocketAddress> clients = ConcurrentHashMap.newKeySet();
    private final int change;

    Answerer(int change) throws IOException {
      this.change = change;
      Thread thread = new Thread(this::answer, "answerer");
      thread.setDaemon(true);
      thread.start();
    }

    SocketAddress address() {
      return socket.getLocalSocketAddress();
    }

    private void answer() {
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      try {
        while (true) {
          packet.setLength(100);
          socket.receive(packet);
          clients.add(packet.getSocketAddress());
          packet.getData()[0] += (byte) change;
          socket.send(packet);
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
