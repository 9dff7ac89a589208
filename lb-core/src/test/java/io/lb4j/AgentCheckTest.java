package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.internal.probe.AgentProber;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.util.Clock;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Peer;
import io.lb4j.testing.ScriptedMember;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asking an agent, over real sockets. */
@Timeout(20)
class AgentCheckTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private EventLoop loop;
  private ScriptedMember agent;
  private AgentProber prober;

  @BeforeEach
  void open() throws IOException {
    loop = new EventLoop("asks", new NioTransport(), Clock.SYSTEM);
    loop.start(true);
    agent = ScriptedMember.with(new Behaviour.ByHand());
  }

  @AfterEach
  void close() throws Exception {
    agent.close();
    loop.stop();
    loop.join(5000);
  }

  private CompletableFuture<ProbeReport> ask(SocketAddress target, String send, Duration timeout) {
    CompletableFuture<ProbeReport> report = new CompletableFuture<>();
    prober = new AgentProber(loop, () -> target, send, () -> 4);
    loop.execute(() -> prober.begin(timeout.toNanos(), report::complete));
    return report;
  }

  private static ProbeReport told(CompletableFuture<ProbeReport> report) throws Exception {
    return report.get(10, TimeUnit.SECONDS);
  }

  private static void assertSilent(ProbeReport report, String detail) {
    assertThat(report).isEqualTo(ProbeReport.silent(detail));
    assertThat(report.orders()).isEmpty();
  }

  @Test
  void aLineIsReadThoughItComesAByteAtATime() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "", LONG);
    Peer peer = agent.awaitFirst();
    for (String each : "drain weight:2\r\nmaint".split("", -1)) {
      if (!peer.trySend(each)) {
        break; // it has heard enough after the line
      }
    }

    AgentOrders orders = told(report).orders().orElseThrow();
    assertThat(orders.mode()).contains(AgentOrders.Mode.DRAIN);
    assertThat(orders.weightPercent()).hasValue(50);
  }

  @Test
  void theEndOfTheStreamEndsTheLine() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "", LONG);
    Peer peer = agent.awaitFirst();
    peer.send("up");
    peer.end();

    assertThat(told(report).orders().orElseThrow().up()).contains(true);
  }

  @Test
  void whatIsToBeSentIsSentFirst() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "how are you\n", LONG);
    Peer peer = agent.awaitFirst();
    peer.readUntil(12);
    assertThat(peer.text()).isEqualTo("how are you\n");
    peer.send("75%\n");

    assertThat(told(report).orders().orElseThrow().weightPercent()).hasValue(75);
  }

  @Test
  void anAgentThatSaysNothingHasNoSay() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "", LONG);
    agent.awaitFirst().end();

    assertSilent(told(report), "agent: said nothing");
  }

  @Test
  void anAgentThatTalksWithoutEndIsCutAtTheBudget() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "", LONG);
    agent.awaitFirst().trySend("up ".repeat(1000));

    assertSilent(told(report), "agent: said more than 1024 bytes");
  }

  @Test
  void anAgentThatDoesNotAnswerInTimeHasNoSay() throws Exception {
    assertSilent(told(ask(agent.address(), "", Duration.ofMillis(50))), "agent: no answer in time");
  }

  @Test
  void anAgentThatIsNotThereHasNoSay() throws Exception {
    agent.stopListening();

    assertSilent(told(ask(agent.address(), "", LONG)), "agent: connect refused");
  }

  @Test
  void anAbortedQuestionIsNotAnswered() throws Exception {
    CompletableFuture<ProbeReport> report = ask(agent.address(), "", LONG);
    Peer peer = agent.awaitFirst();
    CompletableFuture<Void> aborted = new CompletableFuture<>();
    loop.execute(
        () -> {
          prober.abort();
          aborted.complete(null);
        });
    aborted.get(10, TimeUnit.SECONDS);

    assertThat(peer.readToEnd()).isNotEqualTo(Peer.Ending.OPEN);
    assertThat(report).isNotDone();
  }

  // ---- as a monitor

  @Test
  void theAgentOfAMemberIsAskedAtItsHostAndAnUnreachableOneChangesNothingQuietly()
      throws Exception {
    LogCapture complaints = LogCapture.of(CallbackGuard.class);
    int nobodysPort;
    try (ServerSocket free = new ServerSocket(0)) {
      nobodysPort = free.getLocalPort();
    }
    try (AgentResponder responder =
        AgentResponder.builder().listen("127.0.0.1", 0).report(() -> 100).start()) {
      int port = ((InetSocketAddress) responder.address()).getPort();
      assertThat(lastProbe(HealthMonitor.agent(port))).isEqualTo(ProbeResult.pass());
      assertThat(lastProbe(HealthMonitor.agent(nobodysPort)))
          .isEqualTo(ProbeResult.fail("agent: connect refused"));
    }
    assertThat(complaints.lines()).isEmpty();
    complaints.close();
  }

  @Test
  void aMemberFollowsItsAgent() {
    AtomicInteger percent = new AtomicInteger(50);
    try (AgentResponder responder =
        AgentResponder.builder().listen("127.0.0.1", 0).report(percent::get).start()) {
      int port = ((InetSocketAddress) responder.address()).getPort();
      Pool pool =
          Pool.builder("web")
              .monitor(HealthMonitor.agent(port).interval(Duration.ofMillis(20)))
              .member("127.0.0.1", 80, 8)
              .build();
      PoolMember member = pool.members().get(0);
      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start()) {
        Eventually.equal("share at " + edge, 8 * 50, member::effectiveWeight);
        responder.drain();
        Eventually.equal("available", false, member::isAvailable);
        percent.set(25);
        responder.ready();
        Eventually.equal("available", true, member::isAvailable);
        Eventually.equal("share", 8 * 25, member::effectiveWeight);
        responder.down("disk full");
        Eventually.equal("available", false, member::isAvailable);
        responder.up();
        Eventually.equal("available", true, member::isAvailable);
      }
    }
  }

  private static ProbeResult lastProbe(HealthMonitor monitor) {
    Pool pool =
        Pool.builder("web")
            .monitor(monitor.interval(Duration.ofSeconds(5)).fall(1)) // the first probe is at once
            .member("127.0.0.1", 80)
            .build();
    PoolMember member = pool.members().get(0);
    try (VirtualServer edge =
        VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start()) {
      Eventually.holds("an answer to " + edge, () -> member.lastProbe().isPresent());
      assertThat(member.isAvailable()).isTrue();
      return member.lastProbe().orElseThrow().result();
    }
  }
}
