package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.FlowLog.Event;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The host's callbacks: what they are told, and what becomes of flows when they misbehave. */
@Timeout(60)
class ListenerTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private static void complete(VirtualServer edge) {
    try (TestClient client = TestClient.to(edge.address())) {
      assertThat(client.ask("hello")).isEqualTo("hello");
      client.end();
      assertThat(client.readToEnd()).isEqualTo(Ending.END);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  // ---- what they are told

  @Test
  void eventsOfAFlowAreInOrderAndOnItsLoop() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(echo).loops(4).listener(log));

    CompletableFuture<?>[] clients =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> IntStream.range(0, 25).forEach(n -> complete(edge))))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(clients).join();

    for (Flow flow : log.awaitCloses(100)) {
      assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onConnected", "onClose COMPLETED");
      assertThat(log.events().stream().filter(event -> event.flow() == flow).map(Event::thread))
          .allMatch(thread -> thread.startsWith("lb4j-edge-loop-"))
          .containsOnly(threadOfFirstEvent(flow));
    }
    assertThat(log.events().stream().map(Event::thread).distinct()).hasSize(4);
    assertThat(log.closed().stream().map(Flow::id).distinct()).hasSize(100);
  }

  private String threadOfFirstEvent(Flow flow) {
    return log.events().stream().filter(e -> e.flow() == flow).findFirst().orElseThrow().thread();
  }

  @Test
  void idleTimeIsNoMoreThanTheAgeWhenConnected() throws Exception {
    CompletableFuture<Boolean> noMore = new CompletableFuture<>();
    VirtualServer edge =
        leaks.start(
            Edges.edge(leaks.member(new Behaviour.Echo()))
                .listener(
                    new FlowListener() {
                      @Override
                      public void onConnected(Flow flow) {
                        Duration idle = flow.idle(); // first, as both count up
                        noMore.complete(idle.compareTo(flow.age()) <= 0);
                      }
                    }));

    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");

    assertThat(noMore.join()).isTrue();
  }

  @Test
  void everyListenerIsToldInTurn() throws Exception {
    FlowLog second = new FlowLog();
    VirtualServer edge =
        leaks.start(Edges.edge(leaks.member(new Behaviour.Echo())).listener(log).listener(second));

    complete(edge);

    assertThat(second.eventsOf(second.awaitClose()))
        .isEqualTo(log.eventsOf(second.awaitClose()))
        .hasSize(3);
  }

  @Test
  void tapSeesExactlyTheBytesEachWay() throws Exception {
    Data up = Data.random(1, 500_000);
    Data down = Data.random(2, 700_000);
    Map<Direction, FlowBytes> seen = new ConcurrentHashMap<>();
    FlowTap greedy = (flow, direction, bytes) -> bytes.position(bytes.limit());
    FlowTap tap =
        (flow, direction, bytes) ->
            seen.computeIfAbsent(direction, d -> new FlowBytes()).add(bytes);
    ScriptedMember member = leaks.member(new Behaviour.Exchange(down, 9000, 1));
    VirtualServer edge = leaks.start(Edges.edge(member).tap(greedy).tap(tap).listener(log));
    TestClient client = leaks.client(edge);

    client.collect();
    client.send(up);
    client.end();

    assertThat(client.awaitEnding()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(down.digest());
    assertThat(member.awaitFirst().awaitEnding()).isEqualTo(Ending.END);
    assertThat(member.awaitFirst().digest()).isEqualTo(up.digest());
    assertThat(seen.get(Direction.FROM_CLIENT).digest()).isEqualTo(up.digest());
    assertThat(seen.get(Direction.FROM_MEMBER).digest()).isEqualTo(down.digest());
  }

  /** What a tap has seen of one direction. */
  private static final class FlowBytes {
    private final Data.Digester digester = new Data.Digester();
    private boolean writable;

    void add(ByteBuffer bytes) {
      writable |= !bytes.isReadOnly();
      digester.add(bytes);
    }

    String digest() {
      return writable ? "could be written to" : digester.digest();
    }
  }

  // ---- callbacks that throw (faults 3 and 33)

  /** Without those of callbacks that blocked, as any may on a loaded machine. */
  private List<String> warnings() {
    return leaks.messages(Level.WARN).stream().filter(line -> !isOfBlocking(line)).toList();
  }

  private List<String> blockings() {
    return leaks.messages(Level.WARN).stream().filter(ListenerTest::isOfBlocking).toList();
  }

  private static boolean isOfBlocking(String line) {
    return line.contains(" blocked ");
  }

  @Test
  void listenerThatThrowsHarmsNoFlow() throws Exception {
    leaks.expectStackTraces();
    FlowListener throwing =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void onConnected(Flow flow) {
            throw new AssertionError("on purpose");
          }

          @Override
          public void onClose(Flow flow, CloseReason reason) {
            throw new StackOverflowError("on purpose");
          }
        };
    VirtualServer edge =
        leaks.start(
            Edges.edge(leaks.member(new Behaviour.Echo())).listener(throwing).listener(log));

    for (int i = 0; i < 10; i++) {
      complete(edge);
    }

    assertThat(log.awaitCloses(10)).allMatch(f -> f.closeReason().get() == CloseReason.COMPLETED);
    assertThat(warnings())
        .hasSize(3)
        .anyMatch(warning -> warning.contains("FlowListener.onOpen threw"))
        .anyMatch(warning -> warning.contains("FlowListener.onConnected threw"))
        .anyMatch(warning -> warning.contains("FlowListener.onClose threw"));
  }

  @Test
  void tapThatThrowsLosesNoBytes() throws Exception {
    leaks.expectStackTraces();
    FlowTap throwing =
        (flow, direction, bytes) -> {
          throw new IllegalStateException("on purpose");
        };
    VirtualServer edge =
        leaks.start(Edges.edge(leaks.member(new Behaviour.Echo())).tap(throwing).listener(log));

    for (int i = 0; i < 10; i++) {
      complete(edge);
    }

    assertThat(log.awaitCloses(10)).allMatch(f -> f.closeReason().get() == CloseReason.COMPLETED);
    assertThat(warnings()).hasSize(1).first().asString().contains("FlowTap.onData threw");
  }

  @Test
  void strategyThatThrowsCostsThatFlowAlone() throws Exception {
    leaks.expectStackTraces();
    assertRefusedByStrategy(
        "threw",
        available ->
            flow -> {
              if (flow.id() % 2 == 0) {
                throw new IllegalStateException("on purpose");
              }
              return available.get(0);
            });
  }

  @Test
  void strategyThatChoosesNullCostsThatFlowAlone() throws Exception {
    assertRefusedByStrategy(
        "gave no available member",
        available -> flow -> flow.id() % 2 == 0 ? null : available.get(0));
  }

  @Test
  void strategyThatChoosesAForeignMemberCostsThatFlowAlone() throws Exception {
    PoolMember foreign = Edges.pool(MemberSpec.of("127.0.0.1", 9)).members().get(0);
    assertRefusedByStrategy(
        "gave no available member",
        available -> flow -> flow.id() % 2 == 0 ? foreign : available.get(0));
  }

  @Test
  void strategyThatChoosesARemovedMemberCostsThatFlowAlone() throws Exception {
    AtomicInteger listsSeen = new AtomicInteger();
    PoolMember[] removed = new PoolMember[1];
    BalancingStrategy stubborn =
        available -> {
          if (listsSeen.getAndIncrement() == 0) {
            removed[0] = available.get(0);
          }
          return flow -> flow.id() % 2 == 0 ? removed[0] : available.get(0);
        };
    assertRefusedByStrategy("gave no available member", stubborn);
  }

  /** The strategy misbehaves for flows with even ids. Ten come; the log complains once. */
  private void assertRefusedByStrategy(String complaint, BalancingStrategy strategy)
      throws IOException {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web").member(first.spec()).member(second.spec()).strategy(strategy).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).listener(log));
    pool.remove(pool.members().get(0));

    for (int i = 0; i < 5; i++) {
      complete(edge);
      assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    }

    log.awaitCloses(10);
    assertThat(edge.flows().closed(CloseReason.STRATEGY_FAILED)).isEqualTo(5);
    assertThat(edge.flows().closed(CloseReason.COMPLETED)).isEqualTo(5);
    assertThat(first.accepted()).isEmpty();
    assertThat(warnings()).hasSize(1).first().asString().contains("Chooser.choose " + complaint);
  }

  @Test
  void strategyThatMakesNoChooserRefusesFlowsUntilItDoes() throws Exception {
    assertRefusedUntilThereIsAChooser("made no chooser", () -> null);
  }

  @Test
  void strategyThatThrowsOverAListRefusesFlowsUntilItMakesAChooser() throws Exception {
    leaks.expectStackTraces();
    assertRefusedUntilThereIsAChooser(
        "threw",
        () -> {
          throw new IllegalStateException("on purpose");
        });
  }

  private void assertRefusedUntilThereIsAChooser(String complaint, Supplier<Chooser> first)
      throws IOException {
    AtomicInteger calls = new AtomicInteger();
    BalancingStrategy lateStarter =
        available -> calls.getAndIncrement() == 0 ? first.get() : flow -> available.get(0);
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool = Pool.builder("web").member(echo.spec()).strategy(lateStarter).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).listener(log));

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.STRATEGY_FAILED);

    pool.members().get(0).reweight(2);
    complete(edge);
    assertThat(warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("BalancingStrategy.over " + complaint);
  }

  // ---- callbacks that block (fault 4)

  @Test
  void blockingListenerIsNamedAndOtherLoopsGoOn() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch blocking = new CountDownLatch(1);
    FlowListener blocks =
        new FlowListener() {
          @Override
          public void onConnected(Flow flow) {
            if (flow.id() == 3) {
              blocking.countDown();
              Await.until("leave to go on", () -> goOn.getCount() == 0);
            }
          }
        };
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(echo).listener(log).listener(blocks));
    TestClient ofFirstLoop = leaks.client(edge);
    TestClient ofSecondLoop = leaks.client(edge);
    assertThat(ofFirstLoop.ask("hello")).isEqualTo("hello");
    assertThat(ofSecondLoop.ask("hello")).isEqualTo("hello");
    TestClient blocked = leaks.client(edge);
    Await.until("the callback to block", () -> blocking.getCount() == 0);

    long begun = System.nanoTime();
    while (System.nanoTime() - begun < Duration.ofMillis(300).toNanos()) {
      assertThat(ofSecondLoop.ask("still here")).isEqualTo("still here");
    }
    goOn.countDown();

    assertThat(blocked.ask("at last")).isEqualTo("at last");
    assertThat(ofFirstLoop.ask("at last")).isEqualTo("at last");
    String expected = "virtual server edge: FlowListener.onConnected blocked lb4j-edge-loop-0 for ";
    Await.until(
        () -> "the warning among " + blockings(),
        Await.LIMIT,
        () -> blockings().stream().anyMatch(line -> line.startsWith(expected)));
  }

  @Test
  void blockingStrategyAndTapAreNamed() throws Exception {
    AtomicInteger taps = new AtomicInteger();
    BalancingStrategy slow =
        available ->
            flow -> {
              await(Duration.ofMillis(150));
              return available.get(0);
            };
    FlowTap slowTap =
        (flow, direction, bytes) -> {
          if (taps.getAndIncrement() == 0) {
            await(Duration.ofMillis(150));
          }
        };
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool = Pool.builder("web").member(echo.spec()).strategy(slow).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).tap(slowTap));

    complete(edge);

    assertThat(blockings())
        .anyMatch(w -> w.contains("pool web") && w.contains("Chooser.choose blocked"))
        .anyMatch(w -> w.contains("virtual server edge") && w.contains("FlowTap.onData blocked"));
  }

  private static void await(Duration duration) {
    Await.holds("time passes", duration, () -> true);
  }
}
