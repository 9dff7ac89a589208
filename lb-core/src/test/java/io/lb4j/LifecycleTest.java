package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.lb4j.internal.util.Addresses;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How virtual servers start, drain and close, and who may do that when. */
@Timeout(60)
class LifecycleTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private VirtualServer.Builder edge(ScriptedMember... members) {
    return Edges.edge(members).listener(log);
  }

  private static boolean isRefused(VirtualServer edge) {
    try (TestClient accepted = TestClient.to(edge.address())) {
      return accepted.remoteAddress() == null;
    } catch (IOException refused) {
      return true;
    }
  }

  private static List<Thread> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  // ---- start

  @Test
  void portZeroBecomesARealPort() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));

    assertThat(((InetSocketAddress) edge.address()).getPort()).isPositive();
    assertThat(edge).asString().startsWith("edge [" + Addresses.text(edge.address()) + "] -> ");
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
  }

  @Test
  void portInUseIsNamedTogetherWithTheVirtualServer() throws Exception {
    ServerSocketChannel taken = leaks.own(ServerSocketChannel.open().bind(Loopback.anyPort()));
    int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
    VirtualServer.Builder builder =
        edge(leaks.member(new Behaviour.Echo())).listen("127.0.0.1", port);

    assertThatThrownBy(builder::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("edge", "127.0.0.1:" + port, "in use");
  }

  @Test
  void threadsAreDaemonsOnlyWhenAskedFor() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    leaks.start(Edges.edge(echo).daemon(true));
    assertThat(threads("lb4j-edge-loop-")).hasSize(2).allMatch(Thread::isDaemon);

    VirtualServer.Builder other = VirtualServer.builder("other").listen("127.0.0.1", 0).loops(3);
    leaks.start(other.pool(Edges.pool(echo)));
    assertThat(threads("lb4j-other-loop-")).hasSize(3).noneMatch(Thread::isDaemon);
  }

  @Test
  void samePoolServesAgainAfterAClose() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool = Edges.pool(echo);

    for (int round = 1; round <= 3; round++) {
      VirtualServer edge = leaks.start(Edges.edge(pool));
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
      edge.close();
      assertThat(pool.members().get(0).flowsTotal()).isEqualTo(round);
      assertThat(pool.members().get(0).activeFlows()).isZero();
    }
    assertThat(threads("lb4j-")).isEmpty();
  }

  /** Fault 13. */
  @Test
  void thousandVirtualServersLeaveNothing() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool = Edges.pool(echo);

    for (int i = 0; i < 1000; i++) {
      try (VirtualServer edge = Edges.edge(pool).loops(1).start()) {
        if (i % 100 == 0) {
          assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
        }
      }
    }

    assertThat(threads("lb4j-")).isEmpty();
  }

  /** Fault 35. */
  @Test
  void closingOneOfTwoLeavesTheOtherAlone() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool shared = Edges.pool(echo);
    VirtualServer first = leaks.start(Edges.edge(shared));
    VirtualServer second = leaks.start(Edges.edge(shared));
    TestClient ofFirst = leaks.client(first);
    TestClient ofSecond = leaks.client(second);
    assertThat(ofFirst.ask("one")).isEqualTo("one");
    assertThat(ofSecond.ask("two")).isEqualTo("two");

    first.close();

    assertThat(ofFirst.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(ofSecond.ask("still here")).isEqualTo("still here");
    assertThat(leaks.client(second).ask("new")).isEqualTo("new");
  }

  // ---- drain and close

  @Test
  void drainWaitsForTheFlowsAndTakesNoNewOnes() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    CompletableFuture<Boolean> drained =
        CompletableFuture.supplyAsync(() -> edge.drain(Duration.ofSeconds(30)));
    Await.until("new clients to be refused", () -> isRefused(edge));
    assertThat(client.ask("still here")).isEqualTo("still here");
    assertThat(drained).isNotDone();
    client.end();

    assertThat(drained.get()).isTrue();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(threads("lb4j-")).isEmpty();
  }

  @Test
  void drainResetsTheFlowsThatAreLeftAfterTheGrace() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    assertThat(edge.drain(Duration.ofMillis(200))).isFalse();

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.SHUTDOWN);
    assertThat(log.awaitClose().age()).isGreaterThanOrEqualTo(Duration.ofMillis(199));
  }

  @Test
  void drainWithoutFlowsIsOverAtOnce() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));

    assertThat(edge.drain(Duration.ofSeconds(30))).isTrue();
    assertThat(edge.drain(Duration.ZERO)).isTrue();
  }

  @Test
  void drainAfterCloseIsOverAtOnceAndBlamesNobody() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    for (int i = 0; i < 20; i++) {
      VirtualServer edge = leaks.start(Edges.edge(echo));
      edge.close();
      long begun = System.nanoTime();
      edge.drain(Duration.ofSeconds(5));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }
    assertThat(leaks.messages(Level.INFO)).noneMatch(line -> line.contains("drains"));
  }

  @Test
  void drainServesClientsThatWaitInTheBacklog() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    FlowListener holdsTheLoop =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            Await.until("leave to go on", () -> goOn.getCount() == 0);
          }
        };
    VirtualServer edge =
        leaks.start(edge(leaks.member(new Behaviour.Echo())).loops(1).listener(holdsTheLoop));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) { // more than are accepted in one turn
      clients.add(leaks.client(edge));
    }

    CompletableFuture<Boolean> drained =
        CompletableFuture.supplyAsync(() -> edge.drain(Duration.ofSeconds(30)));
    Await.until("drain to begin", () -> leaks.messages(Level.INFO).toString().contains("drains"));
    goOn.countDown();

    for (TestClient client : clients) {
      assertThat(client.ask("hello")).isEqualTo("hello");
      client.end();
    }
    assertThat(drained.get()).isTrue();
  }

  @Test
  void closeResetsTheFlowsWhereverTheyAre() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Nowhere silent = leaks.own(Nowhere.silent());
    Pool pool = Edges.pool(echo.spec(), silent.spec());
    VirtualServer edge = leaks.start(Edges.edge(pool).listener(log));
    TestClient relayed = leaks.client(edge);
    assertThat(relayed.ask("hello")).isEqualTo("hello");
    TestClient connecting = leaks.client(edge);
    Await.until(
        "one to be connecting",
        () -> edge.flows().stream().anyMatch(f -> f.phase() == Flow.Phase.CONNECTING));

    edge.close();

    assertThat(relayed.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(connecting.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(echo.awaitFirst().awaitEnding()).isEqualTo(Ending.RESET);
    assertThat(edge.flows().closed(CloseReason.SHUTDOWN)).isEqualTo(2);
    assertThat(log.closed()).hasSize(2);
    assertThat(isRefused(edge)).isTrue();
  }

  /** Fault 12. */
  @Test
  void closeIsIdempotentAndSafeWhileClientsCome() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool = Edges.pool(echo);
    for (int round = 0; round < 20; round++) {
      VirtualServer edge = leaks.start(Edges.edge(pool).loops(3));
      CountDownLatch comes = new CountDownLatch(20);
      List<CompletableFuture<Void>> clients =
          Stream.generate(() -> CompletableFuture.runAsync(() -> comeAgainAndAgain(edge, comes)))
              .limit(2)
              .toList();
      Await.until("some clients to come", () -> comes.getCount() == 0);

      List<Thread> closers = Stream.generate(() -> new Thread(edge::close)).limit(3).toList();
      closers.forEach(Thread::start);
      edge.close();
      assertThat(edge.flows().size()).isZero();
      for (Thread closer : closers) {
        closer.join();
      }
      clients.forEach(CompletableFuture::join);
      edge.close();

      assertThat(edge.flows().opened()).isEqualTo(edge.flows().closed());
      assertThat(pool.members().get(0).activeFlows()).isZero();
    }
  }

  /** Until nobody listens any more; every connection ends. */
  private static void comeAgainAndAgain(VirtualServer edge, CountDownLatch comes) {
    while (true) {
      try (TestClient client = TestClient.to(edge.address())) {
        comes.countDown();
        client.ask("hello");
        client.end();
        client.readToEnd();
      } catch (IOException cutOrRefused) {
        if (edge.flows().size() == 0 && comes.getCount() == 0 && isRefused(edge)) {
          return;
        }
      }
    }
  }

  @Test
  void interruptedCloserClosesNevertheless() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    Thread.currentThread().interrupt();
    edge.close();

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    Await.until("all threads to end", () -> threads("lb4j-").isEmpty());
    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
  }

  // ---- from callbacks (fault 5)

  private final AtomicReference<VirtualServer> started = new AtomicReference<>();

  private VirtualServer startWith(FlowListener listener, ScriptedMember... members) {
    VirtualServer edge = leaks.start(Edges.edge(members).loops(3).listener(listener).listener(log));
    started.set(edge);
    return edge;
  }

  private VirtualServer started() {
    Await.until("the virtual server to be started", () -> started.get() != null);
    return started.get();
  }

  @Test
  void listenerMayCloseItsVirtualServer() throws Exception {
    FlowListener closes =
        new FlowListener() {
          @Override
          public void onConnected(Flow flow) {
            started().close();
            started().close();
          }

          @Override
          public void onClose(Flow flow, CloseReason reason) {
            started().close();
          }
        };
    VirtualServer edge = startWith(closes, leaks.member(new Behaviour.Echo()));
    TestClient client = leaks.client(edge);

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.SHUTDOWN);
    Await.until("all threads to end", () -> threads("lb4j-").isEmpty());
  }

  @Test
  void listenerMayDrainItsVirtualServer() throws Exception {
    FlowListener drains =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            started().drain(Duration.ofSeconds(30));
          }
        };
    VirtualServer edge = startWith(drains, leaks.member(new Behaviour.Echo()));
    TestClient client = leaks.client(edge);

    assertThat(client.ask("goes on")).isEqualTo("goes on");
    Await.until("new clients to be refused", () -> isRefused(edge));
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    Await.until("all threads to end", () -> threads("lb4j-").isEmpty());
  }

  @Test
  void listenersMayCloseEachOthersVirtualServers() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    List<VirtualServer> both = new ArrayList<>();
    CountDownLatch bothStarted = new CountDownLatch(1);
    FlowListener closesBoth =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            Await.until("both to be there", () -> bothStarted.getCount() == 0);
            both.forEach(VirtualServer::close);
          }
        };
    both.add(leaks.start(edge(echo).listener(closesBoth)));
    both.add(leaks.start(edge(echo).listener(closesBoth)));
    TestClient ofFirst = leaks.client(both.get(0));
    TestClient ofSecond = leaks.client(both.get(1));

    bothStarted.countDown();

    assertThat(ofFirst.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(ofSecond.readToEnd()).isEqualTo(Ending.RESET);
    Await.until("all threads to end", () -> threads("lb4j-").isEmpty());
  }

  @Test
  void listenerMayChangeThePool() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    ScriptedMember other = leaks.member(new Behaviour.Echo());
    FlowListener changes =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            Pool pool = started().pool();
            pool.findMember(other.spec().address()).ifPresent(pool::remove);
            pool.add(other.spec()).reweight(7);
          }

          @Override
          public void onConnected(Flow flow) {
            flow.member().orElseThrow().drain();
            flow.member().orElseThrow().disable();
          }

          @Override
          public void onClose(Flow flow, CloseReason reason) {
            started().pool().members().forEach(PoolMember::enable);
            started().pool().replaceMembers(List.of(echo.spec(), other.spec().weight(3)));
          }
        };
    VirtualServer edge = startWith(changes, echo);

    for (int i = 0; i < 30; i++) {
      TestClient client = leaks.client(edge);
      assertThat(client.ask("hello")).isEqualTo("hello");
      client.end();
      assertThat(client.readToEnd()).isEqualTo(Ending.END);
      log.awaitCloses(i + 1);
    }
    assertThat(edge.pool().members()).hasSize(2);
  }

  @Test
  void poolListenerMayCloseTheVirtualServer() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web").member(echo.spec()).listener(event -> started().close()).build();
    VirtualServer edge = leaks.start(Edges.edge(pool));
    started.set(edge);

    pool.members().get(0).drain();

    Await.until("all threads to end", () -> threads("lb4j-").isEmpty());
  }

  @Test
  void everyCallbackMayCloseItsFlow() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Nowhere refusing = leaks.own(Nowhere.refusing());
    List<String> steps = List.of("onOpen", "choose", "onConnectFailed", "onConnected", "tap");
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i);
      FlowLog ofStep = new FlowLog();
      Pool pool = poolThatCloses(step, refusing.spec(), echo.spec());
      VirtualServer edge =
          leaks.start(
              Edges.edge(pool)
                  .listener(listenerThatCloses(step))
                  .listener(ofStep)
                  .tap((flow, direction, bytes) -> closeIf(flow, step.equals("tap"))));

      TestClient client = leaks.client(edge);
      client.trySend("hello");

      assertThat(client.readToEnd()).as(step).isEqualTo(Ending.RESET);
      Flow flow = ofStep.awaitClose();
      assertThat(flow.closeReason()).as(step).contains(CloseReason.CLOSED_BY_HOST);
      Await.until(
          () -> step + ": places at members to be given back",
          Await.LIMIT,
          () -> pool.members().stream().allMatch(member -> member.activeFlows() == 0));
    }
  }

  private static Pool poolThatCloses(String step, MemberSpec... members) {
    BalancingStrategy strategy =
        available -> {
          Chooser inTurn = BalancingStrategy.roundRobin().over(available);
          return flow -> {
            closeIf(flow, step.equals("choose"));
            return inTurn.choose(flow);
          };
        };
    Pool.Builder builder = Pool.builder("web").strategy(strategy);
    Stream.of(members).forEach(builder::member);
    return builder.build();
  }

  private static FlowListener listenerThatCloses(String step) {
    return new FlowListener() {
      @Override
      public void onOpen(Flow flow) {
        closeIf(flow, step.equals("onOpen"));
      }

      @Override
      public void onConnectFailed(Flow flow, ConnectAttempt attempt) {
        closeIf(flow, step.equals("onConnectFailed"));
      }

      @Override
      public void onConnected(Flow flow) {
        closeIf(flow, step.equals("onConnected"));
      }
    };
  }

  private static void closeIf(Flow flow, boolean yes) {
    if (yes) {
      flow.close();
    }
  }

  // ---- somebody else's threads

  /** Fault 6. */
  @Test
  void loopSurvivesBeingInterrupted() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    for (int i = 0; i < 20; i++) {
      threads("lb4j-edge-loop-").forEach(Thread::interrupt);
      threads("lb4j-web-control").forEach(Thread::interrupt);
      assertThat(client.ask("hello " + i)).isEqualTo("hello " + i);
      assertThat(leaks.client(edge).ask("new")).isEqualTo("new");
    }

    Await.until(
        "the interrupt to be told",
        () -> leaks.messages(Level.WARN).stream().anyMatch(m -> m.contains("was interrupted")));
    assertThat(log.closed()).isEmpty();
  }

  @Test
  void loopSurvivesACallbackThatInterruptsIt() throws Exception {
    FlowListener interrupts =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            Thread.currentThread().interrupt();
          }
        };
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())).listener(interrupts));

    for (int i = 0; i < 20; i++) {
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    }
    assertThat(log.closed()).isEmpty();
  }

  @Test
  void membersLeavingThePoolDoNotDisturbTheirFlows() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    PoolMember member = edge.pool().members().get(0);
    edge.pool().remove(member);

    assertThat(client.ask("still here")).isEqualTo("still here");
    assertThat(member.activeFlows()).isEqualTo(1);
    Peer served = echo.awaitFirst();
    client.end();
    assertThat(served.awaitEnding()).isEqualTo(Ending.END);
    log.awaitClose();
    assertThat(member.activeFlows()).isZero();
  }
}
