package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many short flows through few places, from all loops of two virtual servers at once. */
@Timeout(60)
class QueueStressTest {
  private static final int CLIENTS = 16;
  private static final int ROUNDS = 60;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final AtomicInteger most = new AtomicInteger();

  @Test
  void noWakeUpIsLostAndNoLimitExceeded() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    Pool pool =
        Pool.builder("web")
            .member(first.spec().maxFlows(2))
            .member(second.spec().maxFlows(1))
            .queue(QueuePolicy.ofLength(CLIENTS).timeout(Duration.ofSeconds(30)))
            .build();
    List<VirtualServer> edges =
        List.of(leaks.start(Edges.edge(pool).loops(3)), leaks.start(Edges.edge(pool).loops(2)));
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    long begun = System.nanoTime();
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      VirtualServer edge = edges.get(i % 2);
      clients.add(threads.submit(() -> comeAgainAndAgain(edge, pool)));
    }
    for (Future<?> client : clients) {
      client.get();
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    assertThat(most.get()).isLessThanOrEqualTo(3);
    assertThat(pool.queued()).isZero();
    // A lost wake-up costs up to a tenth of a second, until the queue looks by itself.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
  }

  private Void comeAgainAndAgain(VirtualServer edge, Pool pool) throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      try (TestClient client = TestClient.to(edge.address())) {
        assertThat(client.ask("hello")).isEqualTo("hello");
        most.accumulateAndGet(
            pool.members().stream().mapToInt(PoolMember::activeFlows).sum(), Math::max);
      }
    }
    return null;
  }
}
