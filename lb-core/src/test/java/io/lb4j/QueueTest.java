package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Flows wait for a member, first come, first served, and no limit gives way. */
@Timeout(60)
class QueueTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();

  private static QueuePolicy queue(int length) {
    return QueuePolicy.ofLength(length).timeout(Duration.ofSeconds(30));
  }

  private Pool pool(QueuePolicy policy, MemberSpec... members) {
    Pool.Builder pool =
        Pool.builder("web")
            .strategy(BalancingStrategy.roundRobin())
            .queue(policy)
            .listener(events::add);
    for (MemberSpec member : members) {
      pool.member(member);
    }
    return pool.build();
  }

  private VirtualServer start(Pool pool) {
    return leaks.start(Edges.edge(pool).listener(log));
  }

  /** A client that says a word and then waits, which is seen. */
  private TestClient queue(VirtualServer edge, String word) throws IOException {
    int before = edge.pool().queued();
    TestClient client = leaks.client(edge);
    client.send(word);
    Await.until("another to wait", () -> edge.pool().queued() == before + 1);
    return client;
  }

  private static String answer(TestClient client, int length) {
    client.readUntil(length);
    return client.text();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void flowWaitsForRoomAndIsServedWhenAnotherEnds(TransportKind transport) throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(10), member.spec().maxFlows(1));
    VirtualServer edge = leaks.start(Edges.edge(pool).transport(transport).listener(log));
    TestClient first = leaks.client(edge);
    assertThat(first.ask("first")).isEqualTo("first");

    TestClient second = queue(edge, "second");
    Flow waiting = edge.flows().stream().reduce((a, b) -> b).orElseThrow();
    Await.until("it to say so", () -> waiting.phase() == Flow.Phase.QUEUED);
    assertThat(waiting.member()).isEmpty();
    first.reset();

    assertThat(answer(second, 6)).isEqualTo("second");
    assertThat(pool.queued()).isZero();
    assertThat(waiting.phase()).isEqualTo(Flow.Phase.RELAYING);
  }

  @Test
  void whoComesFirstIsServedFirstOverAllLoopsAndVirtualServers() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(100), member.spec().maxFlows(1));
    List<VirtualServer> edges = List.of(start(pool), start(pool));
    TestClient before = leaks.client(edges.get(0));
    before.ask("0");
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      clients.add(queue(edges.get(i % 3 % 2), "x"));
    }

    before.reset();
    for (int i = 0; i < 12; i++) {
      assertThat(answer(clients.get(i), 1)).isEqualTo("x");
      assertThat(pool.queued()).isEqualTo(11 - i);
      assertThat(pool.members().get(0).activeFlows()).isEqualTo(1);
      clients.get(i).reset();
    }
  }

  @Test
  void flowsBeyondTheLengthAreRefusedAndAnEventSaysOnceThatItIsFull() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(2), member.spec());
    pool.members().get(0).disable();
    VirtualServer edge = start(pool);
    queue(edge, "1");
    queue(edge, "2");

    for (int i = 0; i < 3; i++) {
      assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    }

    assertThat(log.awaitCloses(3))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.QUEUE_FULL));
    Await.until(
        "the event to be told",
        () -> events.stream().anyMatch(PoolEvent.QueueFull.class::isInstance));
    assertThat(events).filteredOn(PoolEvent.QueueFull.class::isInstance).hasSize(1);
    pool.members().get(0).enable(); // those who wait must go on: nio does not see them leave
  }

  @Test
  void clientThatResetsGivesUpItsPlaceWhereTheTransportTells() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(10), member.spec());
    pool.members().get(0).disable();
    VirtualServer edge = start(pool);
    assumeTrue(edge.transport() == TransportKind.EPOLL);
    TestClient gone = queue(edge, "gone");
    TestClient stays = queue(edge, "stays");

    gone.reset();

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_RESET);
    assertThat(pool.queued()).isEqualTo(1);
    pool.members().get(0).enable();
    assertThat(answer(stays, 5)).isEqualTo("stays");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void clientThatEndedItsRequestWhileItWaitedGetsTheReply(TransportKind transport)
      throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(10), member.spec());
    pool.members().get(0).disable();
    VirtualServer edge = leaks.start(Edges.edge(pool).transport(transport).listener(log));
    TestClient client = queue(edge, "question");
    client.end();
    Await.holds("it waits", Duration.ofMillis(50), () -> pool.queued() == 1);

    pool.members().get(0).enable();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.text()).isEqualTo("question");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void thousandThatWaitForTheOnlyMemberAreServedWithinItsLimitsWhenItReturns() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(1000), member.spec().maxFlows(50));
    PoolMember only = pool.members().get(0);
    only.disable();
    VirtualServer edge = start(pool);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      TestClient client = leaks.client(edge);
      client.send("x");
      client.end();
      clients.add(client);
    }
    Await.until("all to wait", () -> pool.queued() == 1000);

    only.enable();
    for (TestClient client : clients) {
      assertThat(client.readToEnd()).isEqualTo(Ending.END);
      assertThat(client.text()).isEqualTo("x");
      assertThat(only.activeFlows()).isLessThanOrEqualTo(50);
    }

    assertThat(log.awaitCloses(1000))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.COMPLETED));
    assertThat(only.connectFailures()).isZero();
    assertThat(only.flowsTotal()).isEqualTo(1000);
  }

  @Test
  void closedVirtualServersFlowsLeaveTheQueueAndTheOthersAreServed() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(10), member.spec());
    pool.members().get(0).disable();
    VirtualServer closing = start(pool);
    VirtualServer other = start(pool);
    TestClient lost = queue(closing, "lost");
    TestClient served = queue(other, "served");

    closing.close();

    assertThat(lost.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.SHUTDOWN);
    assertThat(pool.queued()).isEqualTo(1);
    pool.members().get(0).enable();
    assertThat(answer(served, 6)).isEqualTo("served");
  }

  @Test
  void drainedVirtualServerStillServesThoseThatWait() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = pool(queue(10), member.spec());
    pool.members().get(0).disable();
    VirtualServer edge = start(pool);
    TestClient client = queue(edge, "late");
    client.end();
    Thread enabling =
        new Thread(
            () -> {
              Await.until("the listener to be closed", () -> !accepts(edge));
              pool.members().get(0).enable();
            });
    enabling.start();

    assertThat(edge.drain(Duration.ofSeconds(20))).isTrue();
    enabling.join();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.text()).isEqualTo("late");
  }

  private static boolean accepts(VirtualServer edge) {
    try (TestClient client = TestClient.to(edge.address())) {
      client.reset();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void queueWithoutATimeoutIsAnErrorThatSaysTheRemedy() {
    Pool.Builder pool = Pool.builder("web").queue(QueuePolicy.ofLength(5));
    assertThatIllegalStateException()
        .isThrownBy(pool::build)
        .withMessage("pool web has a queue without a timeout: call QueuePolicy.timeout()");
  }

  // ---- new flows per second of a member

  @Test
  void rateOfAMemberCanBeChangedAndRefusesWithoutAQueue() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Pool pool = Edges.pool(member.spec().flowsPerSecond(1));
    VirtualServer edge = start(pool);
    leaks.client(edge).ask("x");
    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBERS_FULL);

    pool.replaceMembers(List.of(member.spec()));
    for (int i = 0; i < 5; i++) {
      assertThat(leaks.client(edge).ask("x")).isEqualTo("x");
    }
  }
}
