package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When flows wait, begin, pause and end, by a clock that the test moves. */
@Timeout(60)
class FlowTimingTest {
  /** A deadline comes up to two ticks of the loop's wheel late. */
  private static final Duration TICKS = Duration.ofMillis(3);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final ManualClock clock = new ManualClock();

  private Pool.Builder pool(MemberSpec... members) {
    Pool.Builder pool = Pool.builder("web").clock(clock).strategy(BalancingStrategy.roundRobin());
    for (MemberSpec member : members) {
      pool.member(member);
    }
    return pool;
  }

  private DrivenEdge drive(VirtualServer.Builder edge) {
    return leaks.own(new DrivenEdge(clock, edge));
  }

  private DrivenEdge drive(Pool.Builder pool) {
    return drive(Edges.edge(pool.build()));
  }

  private ScriptedMember echo() throws IOException {
    return leaks.member(new Behaviour.Echo());
  }

  private TestClient connect(DrivenEdge edge) throws IOException {
    return leaks.own(edge.connect());
  }

  private List<TestClient> connect(DrivenEdge edge, int count) throws IOException {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(connect(edge));
    }
    return clients;
  }

  private static List<CloseReason> reasons(DrivenEdge edge) {
    return edge.closed().stream().map(flow -> flow.closeReason().orElseThrow()).toList();
  }

  private static void assertClosed(DrivenEdge edge, int flows, CloseReason reason) {
    assertThat(reasons(edge)).hasSize(flows).containsOnly(reason);
  }

  private static void assertNothingClosed(DrivenEdge edge) {
    assertThat(edge.closed()).isEmpty();
  }

  // ---- lifetime

  @Test
  void flowsThatMoveEndOverTheLastTenthOfTheirLifetime() throws Exception {
    ScriptedMember member = echo();
    DrivenEdge edge =
        drive(Edges.edge(pool(member.spec()).build()).maxFlowLifetime(Duration.ofSeconds(10)));
    List<TestClient> clients = connect(edge, 30);
    for (int second = 0; second < 9; second++) {
      for (TestClient client : clients) {
        edge.echo(client, "x");
      }
      edge.pass(Duration.ofSeconds(1));
    }
    assertNothingClosed(edge);

    edge.pass(Duration.ofMillis(500));
    assertThat(edge.closed()).as("half way").hasSizeBetween(3, 27);
    edge.pass(Duration.ofMillis(500).plus(TICKS));

    assertClosed(edge, 30, CloseReason.MAX_LIFETIME);
    for (TestClient client : clients) {
      assertThat(client.awaitEnding()).isEqualTo(Peer.Ending.RESET);
    }
    for (Peer served : member.accepted()) {
      assertThat(served.awaitEnding()).isEqualTo(Peer.Ending.RESET);
    }
  }

  @Test
  void lifetimeCountsTheTimeInTheQueue() throws Exception {
    QueuePolicy queue = QueuePolicy.ofLength(5).timeout(Duration.ofMinutes(1));
    Pool pool = pool(echo().spec()).queue(queue).build();
    pool.members().get(0).disable();
    DrivenEdge edge = drive(Edges.edge(pool).maxFlowLifetime(Duration.ofSeconds(10)));
    connect(edge);
    edge.pass(Duration.ofMillis(8900));
    assertNothingClosed(edge);
    assertThat(pool.queued()).isEqualTo(1);

    edge.pass(Duration.ofMillis(1100).plus(TICKS));

    assertClosed(edge, 1, CloseReason.MAX_LIFETIME);
    assertThat(pool.queued()).isZero();
  }

  // ---- queue

  @Test
  void eachFlowWaitsForItsTimeAndNoLonger() throws Exception {
    QueuePolicy queue = QueuePolicy.ofLength(10).timeout(Duration.ofSeconds(5));
    Pool pool = pool(echo().spec().maxFlows(1)).queue(queue).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    TestClient served = connect(edge);
    edge.echo(served, "served");
    for (int i = 0; i < 3; i++) {
      connect(edge);
      edge.pass(Duration.ofMillis(100));
    }
    edge.pass(Duration.ofMillis(4699));
    assertNothingClosed(edge);

    for (int ended = 1; ended <= 3; ended++) {
      edge.pass(TICKS);
      assertClosed(edge, ended, CloseReason.QUEUE_TIMEOUT);
      assertThat(pool.queued()).isEqualTo(3 - ended);
      edge.pass(Duration.ofMillis(100).minus(TICKS));
    }
    assertThat(edge.closed())
        .allSatisfy(flow -> assertThat(flow.phase()).isEqualTo(Flow.Phase.QUEUED))
        .allSatisfy(
            flow ->
                assertThat(flow.age())
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(5).plus(TICKS)));
    edge.echo(served, "still");
  }

  @Test
  void flowThatWasServedInTimeIsNotTimedOutLater() throws Exception {
    QueuePolicy queue = QueuePolicy.ofLength(10).timeout(Duration.ofSeconds(5));
    Pool pool = pool(echo().spec().maxFlows(1)).queue(queue).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    TestClient first = connect(edge);
    TestClient second = connect(edge);
    edge.pass(Duration.ofMillis(4990));

    first.reset();
    edge.until("the first to end", () -> edge.closed().size() == 1);
    edge.echo(second, "served");
    edge.pass(Duration.ofSeconds(10));

    assertClosed(edge, 1, CloseReason.CLIENT_RESET);
  }

  // ---- new flows per second

  @Test
  void clientsBeyondTheRateAreRefusedAndTheRateComesBackEvenly() throws Exception {
    DrivenEdge edge = drive(Edges.edge(pool(echo().spec()).build()).maxConnectionRate(5));
    connect(edge, 12);
    assertClosed(edge, 7, CloseReason.CONNECTION_RATE);

    edge.pass(Duration.ofMillis(199));
    connect(edge);
    assertClosed(edge, 8, CloseReason.CONNECTION_RATE);
    edge.pass(Duration.ofMillis(1));
    connect(edge, 2);
    assertClosed(edge, 9, CloseReason.CONNECTION_RATE);

    edge.pass(Duration.ofSeconds(5));
    connect(edge, 6);
    assertClosed(edge, 10, CloseReason.CONNECTION_RATE);
    assertThat(edge.closed()).allMatch(flow -> flow.member().isEmpty());
  }

  @Test
  void memberOverItsRateIsLeftToTheOthersUntilItMayHaveOneAgain() throws Exception {
    ScriptedMember slow = echo();
    ScriptedMember other = echo();
    Pool pool = pool(slow.spec().flowsPerSecond(2), other.spec()).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    connect(edge, 10);
    PoolMember limited = pool.members().get(0);
    assertThat(limited.flowsTotal()).isEqualTo(2);

    edge.pass(Duration.ofMillis(499));
    connect(edge, 4);
    assertThat(limited.flowsTotal()).isEqualTo(2);
    edge.pass(Duration.ofMillis(1));
    connect(edge, 4);

    assertThat(limited.flowsTotal()).isEqualTo(3);
    assertNothingClosed(edge);
  }

  @Test
  void flowsThatWaitForARateAreServedAsSoonAsItAllows() throws Exception {
    QueuePolicy queue = QueuePolicy.ofLength(10).timeout(Duration.ofSeconds(5));
    Pool pool = pool(echo().spec().flowsPerSecond(10)).queue(queue).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    connect(edge, 14);
    assertThat(pool.queued()).isEqualTo(4);

    edge.pass(Duration.ofMillis(50));
    for (int waiting = 4; waiting > 0; waiting--) {
      assertThat(pool.queued()).isEqualTo(waiting);
      edge.pass(Duration.ofMillis(100));
    }
    assertThat(pool.queued()).isZero();
    assertNothingClosed(edge);
  }

  // ---- bandwidth

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void limitedDirectionTakesItsTimeAndTheOtherNone(TransportKind transport) throws Exception {
    Data sent = Data.random(1, 50_000);
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    DrivenEdge edge =
        drive(
            Edges.edge(pool(member.spec()).build())
                .transport(transport)
                .idleTimeout(Duration.ofMillis(20)) // less than the pauses
                .uploadLimit(10_000));
    TestClient client = connect(edge);
    edge.until("the member to be reached", () -> !member.accepted().isEmpty());
    Peer served = member.awaitFirst();
    served.collect();
    client.send(sent);
    served.send(sent);

    edge.until("the reply", () -> client.received() == 50_000);
    Flow flow = edge.flows().find(1).orElseThrow();
    edge.pass(Duration.ofMillis(2400));
    assertThat(flow.bytesFromClient()).isBetween(24_300L, 25_000L);
    edge.pass(Duration.ofMillis(2400));
    assertThat(flow.bytesFromClient()).isBetween(48_300L, 49_000L);
    edge.pass(Duration.ofMillis(160));
    assertThat(flow.bytesFromClient()).isEqualTo(50_000);
    edge.until("the last bytes", () -> served.received() == 50_000);
    assertThat(served.digest()).isEqualTo(sent.digest());
    assertNothingClosed(edge);
  }

  // ---- a member that can no longer be had

  @Test
  void closesOfADrainAreSpreadEvenlyOverAllLoops() throws Exception {
    Duration over = Duration.ofSeconds(12);
    Pool pool = pool(echo().spec()).onDisabled(FlowAction.drain(over)).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    connect(edge, 24);
    edge.until("all to be connected", () -> pool.members().get(0).flowsTotal() == 24);

    pool.members().get(0).disable();

    edge.pass(Duration.ofMillis(250));
    for (int closes = 0; closes < 24; closes++) {
      assertThat(edge.closed()).hasSize(closes);
      edge.pass(Duration.ofMillis(500));
    }
    assertClosed(edge, 24, CloseReason.MEMBER_DISABLED);
  }

  @Test
  void memberThatComesBackKeepsTheFlowsThatAreLeft() throws Exception {
    Pool pool = pool(echo().spec()).onDisabled(FlowAction.drain(Duration.ofSeconds(20))).build();
    DrivenEdge edge = drive(Edges.edge(pool));
    List<TestClient> clients = connect(edge, 20);
    pool.members().get(0).disable();
    edge.pass(Duration.ofMillis(4500));
    pool.members().get(0).enable();

    edge.pass(Duration.ofSeconds(30));

    assertClosed(edge, 4, CloseReason.MEMBER_DISABLED);
    assertThat(clients).filteredOn(client -> client.ending() == Peer.Ending.OPEN).hasSize(16);
  }

  // ---- rebalance

  private DrivenEdge crowded(int flows) throws IOException {
    DrivenEdge edge = drive(pool(echo().spec()));
    connect(edge, flows);
    Pool pool = edge.pool();
    edge.until("all to be connected", () -> pool.members().get(0).flowsTotal() == flows);
    edge.flows().stream().forEach(flow -> assertThat(flow.phase()).isEqualTo(Flow.Phase.RELAYING));
    pool.add(echo().spec());
    return edge;
  }

  @Test
  void rebalanceKeepsToItsRateAndASecondCallChangesIt() throws Exception {
    DrivenEdge edge = crowded(30);
    Rebalancer rebalancer = new Rebalancer(edge.pool(), edge.loop());

    rebalancer.rate(10);
    edge.pass(Duration.ofMillis(50));
    for (int closes = 1; closes <= 5; closes++) {
      assertClosed(edge, closes, CloseReason.REBALANCED);
      edge.pass(Duration.ofMillis(100));
    }
    rebalancer.rate(100);
    edge.pass(Duration.ofMillis(100));

    assertThat(edge.closed()).hasSize(14);
  }

  @Test
  void rebalanceStopsAtRateZero() throws Exception {
    DrivenEdge edge = crowded(30);
    Rebalancer rebalancer = new Rebalancer(edge.pool(), edge.loop());
    rebalancer.rate(10);
    edge.pass(Duration.ofMillis(250));
    rebalancer.rate(0);
    edge.pass(Duration.ofSeconds(10));

    assertThat(edge.closed()).hasSize(3);
  }

  @Test
  void rebalanceLooksAgainTwoSecondsAfterItsPlanWasCarriedOut() throws Exception {
    DrivenEdge edge = crowded(30);
    Rebalancer rebalancer = new Rebalancer(edge.pool(), edge.loop());
    rebalancer.rate(1000);
    edge.pass(Duration.ofMillis(20));
    assertThat(edge.closed()).hasSize(14);
    edge.pool().members().get(1).disable(); // so that those who come again come to the first
    connect(edge, 14);
    edge.pool().members().get(1).enable();

    edge.pass(Duration.ofMillis(1970));
    assertThat(edge.closed()).hasSize(14);
    edge.pass(Duration.ofMillis(50));

    assertThat(edge.closed()).as("the second plan").hasSize(28);
    assertThat(reasons(edge)).containsOnly(CloseReason.REBALANCED);
  }
}
