package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an agent answers, over real sockets. */
@Timeout(20)
class AgentResponderTest {
  private final LogCapture complaints = LogCapture.of(CallbackGuard.class);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    complaints.close();
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-agent"));
  }

  private AgentResponder start(AgentResponder.Builder builder) {
    AgentResponder responder = builder.listen("127.0.0.1", 0).start();
    opened.add(responder);
    return responder;
  }

  private Socket connect(AgentResponder agent) throws IOException {
    InetSocketAddress address = (InetSocketAddress) agent.address();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    opened.add(socket);
    return socket;
  }

  private String ask(AgentResponder agent) {
    return ask(agent, "");
  }

  private String ask(AgentResponder agent, String send) {
    try (Socket socket = connect(agent)) {
      socket.getOutputStream().write(send.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void theSmallestReportIsTheWeight() {
    AgentResponder agent =
        start(AgentResponder.builder().report(() -> 80).report(() -> 30).queueDepth(() -> 5, 10));

    assertThat(ask(agent)).isEqualTo("up ready 30%\n");
  }

  @Test
  void processorLoadIsReportedUnlessSomethingElseIs() {
    AgentResponder agent = start(AgentResponder.builder());

    assertThat(ask(agent)).matches("up ready( \\d{1,3}%)?\n");
    Eventually.holds("a weight", () -> ask(agent).matches("up ready ([1-9]\\d?|100)%\n"));
  }

  @Test
  void theHeapAfterGarbageCollectionIsReported() {
    assertThat(ask(start(AgentResponder.builder().heapAfterGc())))
        .matches("up ready ([1-9]\\d?|100)%\n");
  }

  @Test
  void aFullQueueLeavesAWeightOfOnePercent() {
    AtomicInteger depth = new AtomicInteger();
    AgentResponder agent = start(AgentResponder.builder().queueDepth(depth::get, 8));

    assertThat(ask(agent)).isEqualTo("up ready 100%\n");
    depth.set(6);
    assertThat(ask(agent)).isEqualTo("up ready 25%\n");
    depth.set(9000);
    assertThat(ask(agent)).isEqualTo("up ready 1%\n");
  }

  @Test
  void theHostDecidesAboutFlowsAndUpOrDown() {
    AgentResponder agent = start(AgentResponder.builder().report(() -> 100).maxFlows(() -> 250));

    agent.drain();
    assertThat(ask(agent)).isEqualTo("up drain 100% maxconn:250\n");
    agent.maint();
    agent.down("disk\nfull");
    assertThat(ask(agent)).isEqualTo("down maint 100% maxconn:250 #disk.full\n");
    agent.ready();
    agent.up();
    assertThat(ask(agent)).isEqualTo("up ready 100% maxconn:250\n");
  }

  @Test
  void whatABalancerSendsFirstDoesNotCostItTheAnswer() {
    AgentResponder agent = start(AgentResponder.builder().report(() -> 5));

    for (int i = 0; i < 20; i++) {
      assertThat(ask(agent, "x".repeat(2000) + "\n")).isEqualTo("up ready 5%\n");
    }
  }

  @Test
  void aReportThatThrowsOrTalksNonsenseLeavesItsLastGoodValue() {
    AtomicInteger value = new AtomicInteger(-1);
    AgentResponder agent =
        start(
            AgentResponder.builder()
                .report(
                    () -> {
                      if (value.get() == 13) {
                        throw new IllegalStateException("by the host");
                      }
                      return value.get();
                    }));

    assertThat(ask(agent)).isEqualTo("up ready\n");
    value.set(40);
    assertThat(ask(agent)).isEqualTo("up ready 40%\n");
    value.set(101);
    assertThat(ask(agent)).isEqualTo("up ready 40%\n");
    value.set(13);
    assertThat(ask(agent)).isEqualTo("up ready 40%\n");
    assertThat(complaints.lines())
        .containsExactly(
            "WARN agent responder: report returned -1 (expected: 0..100)",
            "WARN agent responder: report threw");
  }

  @Test
  void aReportThatBlocksIsAnsweredForWithItsLastGoodValue() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    AgentResponder agent =
        start(
            AgentResponder.builder()
                .report(
                    () -> {
                      if (calls.incrementAndGet() > 1) {
                        awaitQuietly(goOn);
                      }
                      return 60;
                    }));
    assertThat(ask(agent)).isEqualTo("up ready 60%\n");

    agent.drain();
    assertThat(ask(agent)).isEqualTo("up drain 60%\n");
    assertThat(ask(agent)).isEqualTo("up drain 60%\n");
    assertThat(complaints.lines())
        .containsExactly("WARN agent responder: report takes more than 200 ms");
    assertThat(calls).hasValue(2);
    goOn.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void connectionsBeyondTheMaximumAreRefusedAndSilentOnesAreCutInTime() throws IOException {
    AgentResponder agent =
        start(
            AgentResponder.builder()
                .report(() -> 1)
                .maxConnections(2)
                .timeout(Duration.ofMillis(300)));
    List<Socket> lingering = List.of(connect(agent), connect(agent));
    for (Socket socket : lingering) {
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty(); // and stays open
    }
    Socket third = connect(agent);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> third.getInputStream().readAllBytes());

    Eventually.holds("an answer again", () -> answers(agent));
  }

  private boolean answers(AgentResponder agent) {
    try {
      return ask(agent).equals("up ready 1%\n");
    } catch (UncheckedIOException refused) {
      return false;
    }
  }

  @Test
  void aClosedResponderListensNoMore() throws IOException {
    AgentResponder agent = start(AgentResponder.builder().report(() -> 1));
    agent.close();
    agent.close();

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(agent));
  }

  @Test
  void badSettingsAreRefused() {
    AgentResponder.Builder builder = AgentResponder.builder();
    assertThatIllegalStateException()
        .isThrownBy(builder::start)
        .withMessage("agent responder has no address: call listen()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.queueDepth(() -> 1, 0))
        .withMessage("full: 0 (expected: 1..2147483647)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxConnections(0))
        .withMessage("maxConnections: 0 (expected: 1..10000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.timeout(Duration.ZERO))
        .withMessage("timeout: PT0S (expected: PT0.001S..PT87600H)");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> AgentResponder.builder().listen("192.0.2.200", 0).start())
        .withMessageStartingWith("agent responder: cannot listen on 192.0.2.200:0: ");
  }
}
