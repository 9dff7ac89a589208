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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the table of a running virtual server tells, and what can be done with it. */
@Timeout(60)
class FlowTableTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private VirtualServer.Builder edge(ScriptedMember... members) {
    return Edges.edge(members).listener(log);
  }

  private static Flow only(VirtualServer edge) {
    Await.until("one flow", () -> edge.flows().size() == 1);
    return edge.flows().iterator().next();
  }

  @Test
  void entryEqualsWhatBothEndsSee() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        leaks.start(edge(echo).persistence(PersistencePolicy.sourceAddress()).protocol("greeting"));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    Flow flow = only(edge);

    assertThat(flow.id()).isEqualTo(1);
    assertThat(flow.client()).isEqualTo(client.localAddress());
    assertThat(flow.virtualServer()).isEqualTo("edge");
    assertThat(flow.virtualServerAddress()).isEqualTo(client.remoteAddress());
    assertThat(flow.virtualClient()).contains(echo.awaitFirst().remoteAddress());
    assertThat(flow.member()).contains(edge.pool().members().get(0));
    assertThat(flow.protocol()).isEqualTo("greeting");
    assertThat(flow.phase()).isEqualTo(Flow.Phase.RELAYING);
    assertThat(flow.persistenceKey())
        .hasValueSatisfying(key -> assertThat(key).contains("127.0.0.1"));
    Duration idle = flow.idle(); // first: both grow
    assertThat(flow.age()).isPositive().isGreaterThanOrEqualTo(idle);
    assertThat(flow.bytesFromClient()).isEqualTo(5);
    assertThat(flow.bytesFromMember()).isEqualTo(5);
    assertThat(flow.attempts()).hasSize(1);
    assertThat(flow.closeReason()).isEmpty();
  }

  @Test
  void entryIsThereFromTheAcceptToTheClose() throws Exception {
    Nowhere silent = leaks.own(Nowhere.silent());
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge =
        leaks.start(
            Edges.edge(Edges.pool(silent.spec(), member.spec()))
                .connectTimeout(Duration.ofMillis(500))
                .listener(log));
    TestClient client = leaks.client(edge);

    Flow flow = only(edge);
    awaitPhase(flow, Flow.Phase.CONNECTING);
    assertThat(flow.client()).isEqualTo(client.localAddress());
    assertThat(flow.virtualClient()).isEmpty();
    assertThat(flow.member()).contains(edge.pool().members().get(0));
    assertThat(flow.bytesFromClient()).isZero();

    awaitPhase(flow, Flow.Phase.RELAYING);
    assertThat(flow.member()).contains(edge.pool().members().get(1));
    client.end();
    awaitPhase(flow, Flow.Phase.CLIENT_ENDED);
    assertThat(edge.flows()).containsExactly(flow);

    member.awaitFirst().close();
    assertThat(log.awaitClose()).isSameAs(flow);
    assertThat(edge.flows()).isEmpty();
    assertThat(edge.flows().find(flow.id())).isEmpty();
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CLIENT_ENDED);
    assertThat(flow.age()).as("stands still").isEqualTo(flow.age());
  }

  @Test
  void phaseTellsThatTheMemberHasEnded() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.HalfCloseAfter(Data.random(1, 10)));
    VirtualServer edge = leaks.start(edge(member));
    leaks.client(edge);

    awaitPhase(only(edge), Flow.Phase.MEMBER_ENDED);
  }

  private static void awaitPhase(Flow flow, Flow.Phase phase) {
    Await.until(() -> phase + " of " + flow, Await.LIMIT, () -> flow.phase() == phase);
  }

  @Test
  void bytesAreCountedExactlyEachWay() throws Exception {
    Data up = Data.random(2, 1_234_567);
    Data down = Data.random(3, 765_432);
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Exchange(down, 5000, 1))));
    TestClient client = leaks.client(edge);
    Flow flow = only(edge);
    client.collect();

    client.send(up);
    Await.until("all bytes up", () -> flow.bytesFromClient() == up.length());
    client.end();

    log.awaitClose();
    assertThat(flow.bytesFromClient()).isEqualTo(up.length());
    assertThat(flow.bytesFromMember()).isEqualTo(down.length());
  }

  @Test
  void idleTimeBeginsAnewWithEachMove() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");
    Flow flow = only(edge);
    Await.until("some silence", () -> flow.idle().toMillis() >= 100);

    long asked = System.nanoTime();
    assertThat(client.ask("hello")).isEqualTo("hello");

    assertThat(flow.idle()).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - asked));
  }

  @Test
  void flowsAreFoundAndClosedByTheirId() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo).loops(3));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(leaks.client(edge));
      assertThat(clients.get(i).ask("hello")).isEqualTo("hello");
    }
    assertThat(edge.flows().stream().map(Flow::id)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(edge.flows().find(3).map(Flow::client)).contains(clients.get(2).localAddress());

    assertThat(edge.flows().close(3)).isTrue();

    assertThat(clients.get(2).readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().id()).isEqualTo(3);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLOSED_BY_HOST);
    assertThat(echo.accepted().get(2).awaitEnding()).isEqualTo(Ending.RESET);
    assertThat(edge.flows().close(3)).isFalse();
    assertThat(edge.flows().find(99)).isEmpty();
    assertThat(clients.get(3).ask("still here")).isEqualTo("still here");
    assertThat(edge.flows().closed(CloseReason.CLOSED_BY_HOST)).isEqualTo(1);
  }

  @Test
  void allFlowsOfAMemberAreClosedTogether() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(first, second).loops(3));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(leaks.client(edge));
      assertThat(clients.get(i).ask("hello")).isEqualTo("hello");
    }
    PoolMember member = edge.pool().members().get(0);

    assertThat(edge.flows().closeAll(member)).isEqualTo(5);

    assertThat(log.awaitCloses(5)).allMatch(flow -> flow.member().orElseThrow() == member);
    assertThat(member.activeFlows()).isZero();
    assertThat(edge.flows().size()).isEqualTo(5);
    assertThat(edge.flows().closeAll(member)).isZero();
    for (Peer peer : first.accepted()) {
      assertThat(peer.awaitEnding()).isEqualTo(Ending.RESET);
    }
  }

  /** Fault 16. */
  @Test
  void tableMayBeReadWhileFlowsComeAndGo() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo).loops(3));
    TestClient staying = leaks.client(edge);
    assertThat(staying.ask("hello")).isEqualTo("hello");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CompletableFuture<?>[] comings =
          IntStream.range(0, 4)
              .mapToObj(i -> CompletableFuture.runAsync(() -> comeAndGo(edge, 60), threads))
              .toArray(CompletableFuture[]::new);
      CompletableFuture<Void> all = CompletableFuture.allOf(comings);

      for (int looks = 0; !all.isDone() || looks == 0; looks++) {
        Set<Long> ids = new HashSet<>();
        long previous = 0;
        for (Flow flow : edge.flows()) {
          assertThat(ids.add(flow.id())).as("flow %d twice", flow.id()).isTrue();
          assertThat(flow.id()).isGreaterThan(previous);
          previous = flow.id();
          assertThat(flow.toString()).startsWith("flow " + flow.id());
        }
        assertThat(ids).as("a flow that was open throughout").contains(1L);
        assertThat(edge.flows().toString())
            .contains(staying.localAddress().toString().substring(1));
        long closed = edge.flows().closed();
        assertThat(edge.flows().opened()).isGreaterThan(closed);
      }
      all.join();
    } finally {
      threads.shutdown();
    }
    log.awaitCloses(240);
    assertThat(edge.flows().opened()).isEqualTo(241);
    assertThat(edge.flows().closed()).isEqualTo(240);
    assertThat(edge.flows().size()).isEqualTo(1);
  }

  private static void comeAndGo(VirtualServer edge, int times) {
    for (int i = 0; i < times; i++) {
      try (TestClient client = TestClient.to(edge.address())) {
        client.ask("hello");
        if (i % 3 == 0) {
          client.reset();
        }
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
  }

  @Test
  void tableIsPrintedWithALineForEachFlow() throws Exception {
    VirtualServer edge = leaks.start(edge(leaks.member(new Behaviour.Echo())));
    assertThat(edge.flows().toString().lines()).hasSize(1);
    TestClient first = leaks.client(edge);
    TestClient second = leaks.client(edge);
    assertThat(first.ask("hello")).isEqualTo("hello");
    assertThat(second.ask("hello there")).isEqualTo("hello there");

    List<String> lines = edge.flows().toString().lines().toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("Flow id").contains("Virtual client", "Persistence");
    assertThat(lines.get(1))
        .startsWith("1 ")
        .contains(first.localAddress().toString().substring(1), "web/127.0.0.1:", "RELAYING");
    assertThat(lines.get(2)).startsWith("2 ").contains(" 11 ");
  }
}
