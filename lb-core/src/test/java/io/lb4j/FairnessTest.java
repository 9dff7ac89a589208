package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows are spread as promised, and none of them keeps the others waiting. */
@Timeout(60)
class FairnessTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @ParameterizedTest
  @ValueSource(strings = {"round robin", "weighted round robin", "least connections"})
  void thirtyFlowsOverTwoEqualMembersAreFifteenEach(String name) throws Exception {
    BalancingStrategy strategy =
        switch (name) {
          case "round robin" -> BalancingStrategy.roundRobin();
          case "weighted round robin" -> BalancingStrategy.weightedRoundRobin();
          default -> BalancingStrategy.leastConnections();
        };
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web").member(first.spec()).member(second.spec()).strategy(strategy).build();
    VirtualServer edge = leaks.start(Edges.edge(pool).loops(4));

    CompletableFuture<?>[] clients =
        IntStream.range(0, 6)
            .mapToObj(i -> CompletableFuture.runAsync(() -> ask(edge, 5)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(clients).join();

    assertThat(List.of(first.accepted().size(), second.accepted().size())).containsExactly(15, 15);
    assertThat(pool.members()).extracting(PoolMember::activeFlows).containsExactly(15, 15);
  }

  /** Clients that stay. */
  private void ask(VirtualServer edge, int clients) {
    for (int i = 0; i < clients; i++) {
      try {
        assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }
  }

  /** Fault 38. */
  @Test
  void stalledReadersDoNotDelayOtherFlows() throws Exception {
    ScriptedMember flood = leaks.member(new Behaviour.Flood(Data.random(1, 8 << 20)));
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web")
            .member(flood.spec())
            .member(echo.spec())
            .strategy(available -> flow -> available.get(flow.id() <= 30 ? 0 : 1))
            .build();
    VirtualServer edge = leaks.start(Edges.edge(pool).loops(1));
    for (int i = 0; i < 30; i++) {
      leaks.own(TestClient.to(edge.address(), 4096));
    }
    Await.until("all to be stalled", () -> edge.flows().stream().allMatch(FairnessTest::hasMoved));
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");

    long[] millis = new long[300];
    for (int i = 0; i < millis.length; i++) {
      long asked = System.nanoTime();
      assertThat(client.ask("hello")).isEqualTo("hello");
      millis[i] = Duration.ofNanos(System.nanoTime() - asked).toMillis();
    }

    Arrays.sort(millis);
    assertThat(millis[millis.length * 99 / 100]).as("99th percentile, ms").isLessThan(250);
  }

  private static boolean hasMoved(Flow flow) {
    return flow.bytesFromMember() > 0;
  }
}
