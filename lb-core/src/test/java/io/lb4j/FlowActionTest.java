package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the open flows of a member that can no longer be had. */
@Timeout(60)
class FlowActionTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private Pool.Builder pool(ScriptedMember... members) {
    Pool.Builder pool = Pool.builder("web").strategy(BalancingStrategy.roundRobin());
    for (ScriptedMember member : members) {
      pool.member(member.spec());
    }
    return pool;
  }

  private VirtualServer start(Pool pool) {
    return leaks.start(Edges.edge(pool).listener(log));
  }

  private List<TestClient> connect(VirtualServer edge, int count) throws Exception {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestClient client = leaks.client(edge);
      assertThat(client.ask("hello")).isEqualTo("hello");
      clients.add(client);
    }
    return clients;
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void removedMembersFlowsAreResetOnAllVirtualServersAndNoOthers(TransportKind transport)
      throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool = pool(first, second).onRemoved(FlowAction.reset()).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).transport(transport).listener(log));
    VirtualServer other = leaks.start(Edges.edge(pool).transport(transport).listener(log));
    List<TestClient> clients = connect(edge, 4);
    clients.addAll(connect(other, 4));

    pool.remove(pool.members().get(0));

    assertThat(log.awaitCloses(4))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.MEMBER_REMOVED));
    assertThat(edge.flows().size()).isEqualTo(2);
    assertThat(other.flows().size()).isEqualTo(2);
    assertThat(first.accepted())
        .allSatisfy(peer -> assertThat(peer.awaitEnding()).isEqualTo(Ending.RESET));
    long alive = clients.stream().filter(client -> client.trySend("?")).count();
    assertThat(alive).isGreaterThanOrEqualTo(4);
  }

  @Test
  void disabledMembersFlowsGoOnByDefaultAndWhenItOnlyDrains() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool kept = pool(member).build();
    Pool reset = pool(member).onDisabled(FlowAction.reset()).build();
    TestClient keeps = connect(start(kept), 1).get(0);
    TestClient drains = connect(start(reset), 1).get(0);

    kept.members().get(0).disable();
    reset.members().get(0).drain();
    assertThat(keeps.ask("still")).isEqualTo("still");
    assertThat(drains.ask("still")).isEqualTo("still");

    reset.members().get(0).disable();
    assertThat(drains.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBER_DISABLED);
    assertThat(keeps.ask("still")).isEqualTo("still");
  }

  @Test
  void flowsOfAMemberThatGoesDownAreResetByMemberDown() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    AtomicBoolean healthy = new AtomicBoolean(true);
    HealthMonitor monitor =
        HealthMonitor.of(it -> healthy.get() ? ProbeResult.pass() : ProbeResult.fail("ill"))
            .interval(Duration.ofMillis(20))
            .fall(1);
    Pool pool = pool(member).monitor(monitor).onDown(FlowAction.reset()).build();
    TestClient client = connect(start(pool), 1).get(0);

    healthy.set(false);

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBER_DOWN);
  }

  @Test
  void agentThatCallsItsServerDownOrTakesItOutHasItsFlowsActedOn() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(member).onDown(FlowAction.reset()).onDisabled(FlowAction.reset()).build();
    VirtualServer edge = start(pool);
    PoolMember only = pool.members().get(0);

    connect(edge, 1);
    pool.heed(only, orders(Optional.empty(), Optional.of(false)));
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBER_DOWN);

    pool.heed(only, orders(Optional.empty(), Optional.of(true)));
    connect(edge, 1);
    pool.heed(only, orders(Optional.of(AgentOrders.Mode.MAINT), Optional.empty()));
    assertThat(log.awaitCloses(2).get(1).closeReason()).contains(CloseReason.MEMBER_DISABLED);
  }

  @Test
  void flowThatStillWentToAMemberWhileItWasBeingTakenOutIsActedOnToo() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    CountDownLatch leaving = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    BalancingStrategy slow =
        members -> {
          if (members.size() == 1) {
            leaving.countDown();
            awaitQuietly(left);
          }
          return flow -> members.get(0);
        };
    Pool pool = pool(first, second).strategy(slow).onRemoved(FlowAction.reset()).build();
    VirtualServer edge = start(pool);
    Thread operator = new Thread(() -> pool.remove(pool.members().get(0)));
    operator.start();
    leaving.await();

    TestClient late = connect(edge, 1).get(0);
    assertThat(first.accepted()).as("the new list is not made yet").hasSize(1);
    left.countDown();

    assertThat(late.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBER_REMOVED);
    operator.join();
  }

  @Test
  void drainGoesOnWhileItsReasonLastsWhateverElseComesAndGoes() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool =
        pool(member)
            .onDown(FlowAction.drain(Duration.ofMillis(300)))
            .onDisabled(FlowAction.drain(Duration.ofMinutes(1)))
            .build();
    connect(start(pool), 4);
    PoolMember only = pool.members().get(0);

    pool.heed(only, orders(Optional.empty(), Optional.of(false)));
    only.disable();
    only.enable();

    assertThat(log.awaitCloses(4))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.MEMBER_DOWN));
  }

  @Test
  void listenerThatBlocksDelaysNoAction() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    CountDownLatch blocking = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Pool pool =
        pool(member)
            .onDisabled(FlowAction.reset())
            .listener(
                event -> {
                  if (event instanceof PoolEvent.MemberReweighted) {
                    blocking.countDown();
                    awaitQuietly(over);
                  }
                })
            .build();
    VirtualServer edge = start(pool);
    PoolMember only = pool.members().get(0);
    TestClient early = connect(edge, 1).get(0);
    only.reweight(2);
    blocking.await();

    only.disable();
    assertThat(early.readToEnd()).isEqualTo(Ending.RESET);
    only.enable();
    TestClient later = connect(edge, 1).get(0);
    over.countDown();

    Await.holds("the later flow", Duration.ofMillis(200), () -> log.closed().size() == 1);
    assertThat(later.ask("still")).isEqualTo("still");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static AgentOrders orders(Optional<AgentOrders.Mode> mode, Optional<Boolean> up) {
    return new AgentOrders(OptionalInt.empty(), OptionalInt.empty(), mode, up, "");
  }

  private static boolean asks(TestClient client) {
    return client.trySend("x") && client.take(1).isPresent();
  }

  // ---- rebalance

  @Test
  void rebalanceMovesWhatIsBeyondTheShareAndThenEnds() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool = pool(first).build();
    VirtualServer edge = start(pool);
    List<TestClient> clients = connect(edge, 20);
    pool.add(second.spec());
    PoolMember old = pool.members().get(0);
    clients.subList(0, 12).forEach(client -> asks(client)); // the others have been idle for longer

    assertThat(pool.rebalance(200)).isEqualTo(9);

    List<Flow> moved = log.awaitCloses(9);
    assertThat(moved)
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.REBALANCED));
    assertThat(moved.stream().filter(flow -> flow.id() > 12).count())
        .as("idle ones first")
        .isEqualTo(8);
    long left = Await.settled("flows", Duration.ofMillis(300), () -> (long) old.activeFlows());
    assertThat(left).as("clients have time to come again").isEqualTo(11);
    assertThat(pool.rebalance(0)).isLessThanOrEqualTo(9);
  }

  @Test
  void rebalanceLeavesFlowsAloneThatAreSpread() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool = pool(first, second).build();
    assertThat(pool.rebalance(10)).as("not in use").isZero();
    connect(start(pool), 9);

    assertThat(pool.rebalance(1000)).isZero();
    Await.holds("none is closed", Duration.ofMillis(200), () -> log.closed().isEmpty());
  }
}
