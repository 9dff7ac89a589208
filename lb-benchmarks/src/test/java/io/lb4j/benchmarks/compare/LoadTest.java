package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load generator at its own server, with nothing between. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadTest {
  private static final Duration TURN = Duration.ofMillis(150);
  private static final Duration LONG = Duration.ofSeconds(10);

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static LoadFigures run(Workload workload, int flows, Duration time) throws IOException {
    try (LoadServer server = LoadServer.start(workload);
        LoadClient client = new LoadClient()) {
      return client.run(workload, loopback(server.ports().get(1)), flows, time);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHORT", "ECHO"})
  void operationsAreCountedAndTimed(Workload workload) throws IOException {
    LoadFigures load = run(workload, workload.flows(), TURN);

    assertThat(load.errors()).isZero();
    assertThat(load.operations()).isPositive();
    assertThat(load.nanos()).isGreaterThanOrEqualTo(TURN.toNanos());
    assertThat(load.p50Nanos()).isPositive().isLessThanOrEqualTo(load.p99Nanos());
  }

  @Test
  void aShortFlowHasTheWholeReply() throws IOException {
    LoadFigures load = run(Workload.SHORT, 3, TURN);

    assertThat(load.bytes()).isEqualTo(load.operations() * ShortExchange.REPLY_BYTES);
  }

  @ParameterizedTest
  @EnumSource(names = {"UPLOAD", "DOWNLOAD"})
  void bulkIsCountedInBytes(Workload workload) throws IOException {
    LoadFigures load = run(workload, workload.flows(), TURN);

    assertThat(load.errors()).isZero();
    assertThat(load.bytes()).isGreaterThan(workload.messageBytes());
  }

  @Test
  void idleFlowsStayOpenUntilTheNextRun() throws IOException {
    try (LoadServer server = LoadServer.start(Workload.IDLE);
        LoadClient client = new LoadClient()) {
      InetSocketAddress address = loopback(server.ports().get(0));

      assertThat(client.run(Workload.IDLE, address, 100, LONG).open()).isEqualTo(100);
      assertThat(client.run(Workload.IDLE, address, 7, LONG).open()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "UDP_.*")
  void whatIsRefusedIsAnError(Workload workload) throws IOException {
    int port = new FreePorts(new Random()).next(); // out of reach of a client's own port
    try (LoadClient client = new LoadClient()) {
      LoadFigures load = client.run(workload, loopback(port), 3, TURN);

      assertThat(load.errors()).isGreaterThanOrEqualTo(3);
      assertThat(load.operations() + load.bytes() + load.open()).isZero();
    }
  }

  @Test
  void aReplyThatIsCutOffIsAnError() throws Exception {
    LoadFigures load;
    Thread server;
    try (ServerSocket rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        LoadClient client = new LoadClient()) {
      server = new Thread(() -> sendPartOfAReply(rude));
      server.start();
      load = client.run(Workload.SHORT, loopback(rude.getLocalPort()), 1, TURN);
    }
    server.join();

    assertThat(load.operations()).isZero();
    assertThat(load.errors()).isPositive();
  }

  private static void sendPartOfAReply(ServerSocket listening) {
    try {
      while (true) {
        try (Socket socket = listening.accept()) {
          socket.getOutputStream().write('H');
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void figuresSurviveTheLine() {
    LoadFigures load = new LoadFigures(1, 2, 3, 4, 5, 6, Long.MAX_VALUE);

    assertThat(LoadFigures.parse(load.toLine())).isEqualTo(load);
    assertThat(LoadClient.line(Workload.ECHO, 80, 64, TURN, 0)).isEqualTo("ECHO 80 64 150 0");
  }
}
