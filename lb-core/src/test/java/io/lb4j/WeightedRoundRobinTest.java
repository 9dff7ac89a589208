package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest {

  @Test
  void fiveOneOneIsSpreadEvenly() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), 5, 1, 1);

    assertThat(TestPools.choices(pool, 14))
        .containsExactly(0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0);
  }

  @Test
  void thirtyFlowsOverTwoEqualMembersAreFifteenEach() {
    assertThat(TestPools.counts(TestPools.equal(BalancingStrategy.weightedRoundRobin(), 2), 30))
        .containsExactly(15, 15);
  }

  @Property(tries = 100)
  void sharesAreExactOverACycle(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 256) Integer> drawn) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), weights);
    int total = Arrays.stream(weights).sum();

    assertThat(TestPools.counts(pool, total))
        .isEqualTo(Arrays.stream(weights).asLongStream().toArray());
  }

  @Test
  void sharesAreExactWithEightThreads() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), 5, 2, 1);
    Chooser chooser = pool.view().chooser().orElseThrow();
    AtomicLongArray counts = new AtomicLongArray(3);
    Threads.together(
        8,
        number -> {
          for (int i = 0; i < 2000; i++) {
            counts.incrementAndGet(pool.members().indexOf(chooser.choose(new StubFlow())));
          }
        });

    assertThat(IntStream.range(0, 3).mapToObj(counts::get).toList())
        .isEqualTo(List.of(10_000L, 4_000L, 2_000L));
  }

  @Test
  void theTurnGoesOnWhereItWasWhenAMemberFlaps() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), 1, 1, 1, 1);
    PoolMember flapping = pool.members().get(3);
    long[] counts = new long[4];
    for (int i = 0; i < 1200; i++) {
      if (i % 6 == 0) {
        flapping.disable();
      } else if (i % 6 == 3) {
        flapping.enable();
      }
      counts[pool.members().indexOf(TestPools.choose(pool, new StubFlow()))]++;
    }

    assertThat(counts[0]).as("turns of the first, of %s", counts).isBetween(250L, 400L);
  }

  @Test
  void aNewWeightIsInForceAtOnce() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), 1, 1);
    pool.members().get(0).reweight(3);

    assertThat(TestPools.counts(pool, 40)).containsExactly(30, 10);
  }

  @Test
  void aWeightSetWhileTheMemberWasDisabledIsInForceAfterwards() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRoundRobin(), 1, 1);
    PoolMember first = pool.members().get(0);
    first.disable();
    first.reweight(3);
    first.enable();

    assertThat(TestPools.counts(pool, 40)).containsExactly(30, 10);
  }
}
