package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Maxima are exact and timeouts end what they are meant to end, and nothing else. */
@Timeout(60)
class LimitsTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private VirtualServer.Builder edge(ScriptedMember... members) {
    return Edges.edge(members).listener(log);
  }

  // ---- maxima

  @Test
  void virtualServerTakesExactlyItsMaximumOfFlows() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo).loops(4).maxFlows(20));

    List<TestClient> clients = connectAtOnce(edge, 80);
    List<TestClient> served = clients.stream().filter(c -> c.received() == 5).toList();

    assertThat(served).hasSize(20);
    assertThat(clients)
        .filteredOn(client -> client.received() == 0)
        .hasSize(60)
        .allSatisfy(client -> assertThat(client.ending()).isEqualTo(Ending.RESET));
    assertThat(edge.flows().size()).isEqualTo(20);
    assertThat(echo.accepted()).hasSize(20);
    assertThat(edge.flows().closed(CloseReason.MAX_FLOWS)).isEqualTo(60);
    assertThat(edge.flows().opened()).isEqualTo(80);
    assertThat(log.awaitCloses(60))
        .allSatisfy(
            flow -> {
              assertThat(flow.closeReason()).contains(CloseReason.MAX_FLOWS);
              assertThat(flow.member()).isEmpty();
              assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose MAX_FLOWS");
            });

    served.get(0).reset();
    log.awaitCloses(61);
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
  }

  @Test
  void memberTakesExactlyItsMaximumOfFlows() throws Exception {
    ScriptedMember small = leaks.member(new Behaviour.Echo());
    ScriptedMember large = leaks.member(new Behaviour.Echo());
    Pool pool = Edges.pool(small.spec().maxFlows(5), large.spec().maxFlows(12));
    VirtualServer edge = leaks.start(Edges.edge(pool).loops(4).listener(log));

    List<TestClient> clients = connectAtOnce(edge, 60);

    assertThat(clients).filteredOn(client -> client.received() == 5).hasSize(17);
    assertThat(small.accepted()).hasSize(5);
    assertThat(large.accepted()).hasSize(12);
    assertThat(pool.members()).extracting(PoolMember::activeFlows).containsExactly(5, 12);
    assertThat(log.awaitCloses(43))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.MEMBERS_FULL));

    small.accepted().get(0).reset();
    log.awaitCloses(44);
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    assertThat(small.accepted()).hasSize(6);
  }

  @Test
  void poolsMaximumHoldsForEachOfItsMembers() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web").member(first.spec()).member(second.spec()).maxFlowsPerMember(3).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).loops(4).listener(log));
    VirtualServer other = leaks.start(Edges.edge(pool).loops(4).listener(log));

    connectAtOnce(edge, 5);
    connectAtOnce(other, 20);

    assertThat(first.accepted()).hasSize(3);
    assertThat(second.accepted()).hasSize(3);
    Await.until( // a flow counts as closed a moment after its client notices
        "19 refusals", () -> other.flows().closed(CloseReason.MEMBERS_FULL) == 19);
    assertThat(edge.flows().closed(CloseReason.MEMBERS_FULL)).isZero();
  }

  /** Each sends a word; returns when each has had it back or was turned away. */
  private List<TestClient> connectAtOnce(VirtualServer edge, int count) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<TestClient> comes = () -> askOrBeTurnedAway(leaks.client(edge));
      List<Future<TestClient>> coming =
          threads.invokeAll(IntStream.range(0, count).mapToObj(i -> comes).toList());
      return coming.stream().map(LimitsTest::get).toList();
    } finally {
      threads.shutdown();
    }
  }

  private static TestClient askOrBeTurnedAway(TestClient client) {
    try {
      client.ask("hello");
    } catch (IOException turnedAwayWhileSending) {
      client.readToEnd();
    }
    return client;
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  // ---- timeouts

  @Test
  void idleFlowIsResetOnBothSides() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member).idleTimeout(Duration.ofMillis(300)));
    TestClient client = leaks.client(edge);
    client.send("hello");

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    Peer served = member.awaitFirst();
    assertThat(served.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(served.text()).isEqualTo("hello");
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.IDLE_TIMEOUT);
    assertThat(flow.age()).isGreaterThanOrEqualTo(Duration.ofMillis(299));
    assertThat(flow.idle()).isGreaterThanOrEqualTo(Duration.ofMillis(299));
  }

  @Test
  void flowThatMovesInOneDirectionAloneIsNotIdle() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member).idleTimeout(Duration.ofSeconds(1)));
    TestClient client = leaks.client(edge);
    client.send("hello");
    Peer served = member.awaitFirst();

    dripFor(Duration.ofMillis(1800), served, client);

    assertThat(log.closed()).isEmpty();
  }

  @Test
  void halfClosedFlowIsResetWhenNothingMoves() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member).halfCloseTimeout(Duration.ofMillis(300)));
    TestClient client = leaks.client(edge);
    client.send("hello");
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    Peer served = member.awaitFirst();
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.HALF_CLOSE_TIMEOUT);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CLIENT_ENDED);
    assertThat(flow.age()).isGreaterThanOrEqualTo(Duration.ofMillis(299));
    assertThat(served.readToEnd()).as("its stream had ended before").isEqualTo(Ending.END);
    Await.until("the member's writes to fail", () -> !served.trySend("?"));
  }

  @Test
  void halfCloseTimeoutHoldsForTheMembersEndToo() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.HalfCloseAfter(Data.random(1, 100)));
    VirtualServer edge = leaks.start(edge(member).halfCloseTimeout(Duration.ofMillis(300)));
    TestClient client = leaks.client(edge);

    assertThat(client.readToEnd()).isEqualTo(Ending.END);

    assertThat(member.awaitFirst().awaitEnding()).isEqualTo(Ending.RESET);
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.HALF_CLOSE_TIMEOUT);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.MEMBER_ENDED);
  }

  @Test
  void longReplyGoesOnAfterTheHalfCloseTimeoutWhileItMoves() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member).halfCloseTimeout(Duration.ofSeconds(1)));
    TestClient client = leaks.client(edge);
    client.send("hello");
    client.end();
    Peer served = member.awaitFirst();
    served.readToEnd();

    dripFor(Duration.ofMillis(1800), served, client);
    served.close();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  /** The idle timeout no longer matters once one side has ended, be it shorter. */
  @Test
  void halfClosedFlowOutlivesAShorterIdleTimeout() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge =
        leaks.start(
            edge(member)
                .idleTimeout(Duration.ofMillis(500))
                .halfCloseTimeout(Duration.ofMillis(1500)));
    TestClient client = leaks.client(edge);
    client.end();

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.HALF_CLOSE_TIMEOUT);
    assertThat(flow.age()).isGreaterThanOrEqualTo(Duration.ofMillis(1499));
  }

  /** One byte at a time, each waited for. */
  private static void dripFor(Duration duration, Peer from, Peer to) throws IOException {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < duration.toNanos()) {
      long before = to.received();
      from.send("x");
      to.readUntil(before + 1);
      assertThat(to.received()).as("after %s", to).isEqualTo(before + 1);
    }
  }

  /** Fault 10: while bytes wait for a peer that does not read, only the idle deadline counts. */
  @Test
  void stalledReaderRunsIntoTheIdleTimeout() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Flood(Data.random(2, 32 << 20)));
    VirtualServer edge = leaks.start(edge(member).idleTimeout(Duration.ofMillis(500)));
    leaks.own(TestClient.to(edge.address(), 4096));

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.IDLE_TIMEOUT);
    assertThat(flow.bytesFromMember()).isLessThan(32 << 20);
    assertThat(member.awaitFirst().awaitEnding()).isEqualTo(Ending.RESET);
  }

  // ---- a turn of the loop that takes long, be it for a callback or a pause of the process

  private final CountDownLatch loopIsHeld = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private void holdTheLoop() {
    loopIsHeld.countDown();
    Await.until("leave to go on", () -> goOn.getCount() == 0);
  }

  @Test
  void bytesThatMoveLateInALongTurnDoNotMoveLongAgo() throws Exception {
    AtomicInteger taps = new AtomicInteger();
    FlowTap slowOnce =
        (flow, direction, bytes) -> {
          if (taps.incrementAndGet() == 1) {
            Await.holds("time passes", Duration.ofMillis(1500), () -> true);
          }
        };
    FlowListener holdsForTheThird =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            if (flow.id() == 3) {
              holdTheLoop();
            }
          }
        };
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge =
        leaks.start(
            edge(member)
                .loops(1)
                .idleTimeout(Duration.ofSeconds(1))
                .tap(slowOnce)
                .listener(holdsForTheThird));
    List<TestClient> clients = List.of(leaks.client(edge), leaks.client(edge));
    List<Peer> served = member.await(2);
    leaks.client(edge);
    Await.until("the loop to be held", () -> loopIsHeld.getCount() == 0);
    for (TestClient client : clients) {
      client.send("hello"); // so that one turn finds both
    }

    goOn.countDown();
    for (Peer peer : served) {
      peer.readUntil(5);
      assertThat(peer.text()).isEqualTo("hello");
    }
    served.get(0).send("reply"); // which takes the loop through its next turns
    clients.get(0).readUntil(5);
    Await.holds("both are open", Duration.ofMillis(300), () -> edge.flows().find(2).isPresent());
    served.get(1).send("reply");
    clients.get(1).readUntil(5);

    assertThat(clients).allSatisfy(client -> assertThat(client.text()).isEqualTo("reply"));
  }

  @Test
  void connectThatBeginsLateInALongTurnHasItsWholeTime() throws Exception {
    FlowListener slowForTheSecond =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            if (flow.id() == 1) {
              holdTheLoop();
            } else if (flow.id() == 2) {
              Await.holds("time passes", Duration.ofMillis(800), () -> true);
            }
          }
        };
    Nowhere silent = leaks.own(Nowhere.silent());
    VirtualServer edge =
        leaks.start(
            Edges.edge(Edges.pool(silent.spec()))
                .loops(1)
                .connectTimeout(Duration.ofMillis(500))
                .listener(slowForTheSecond)
                .listener(log));
    leaks.client(edge);
    Await.until("the loop to be held", () -> loopIsHeld.getCount() == 0);
    leaks.client(edge);
    leaks.client(edge); // so that one turn finds both

    goOn.countDown();

    assertThat(log.awaitCloses(3))
        .allSatisfy(
            flow ->
                assertThat(flow.attempts().get(0).duration())
                    .isGreaterThanOrEqualTo(Duration.ofMillis(499)));
  }
}
