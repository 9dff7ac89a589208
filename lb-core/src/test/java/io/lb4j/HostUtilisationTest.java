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

class HostUtilisationTest {

  private static Pool weighted(int... weights) {
    return TestPools.weighted(BalancingStrategy.hostUtilisation(), weights);
  }

  private static void report(Pool pool, double... used) {
    for (int i = 0; i < used.length; i++) {
      pool.members().get(i).reportUtilisation(used[i]);
    }
  }

  @Property(tries = 100)
  void withoutReportsSharesAreExactOverACycle(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 256) Integer> drawn) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();

    assertThat(TestPools.counts(weighted(weights), Arrays.stream(weights).sum()))
        .isEqualTo(Arrays.stream(weights).asLongStream().toArray());
  }

  @Test
  void turnsAreSpreadEvenly() {
    assertThat(TestPools.choices(weighted(5, 1, 1), 7)).containsExactly(0, 0, 0, 1, 2, 0, 0);
    assertThat(TestPools.choices(weighted(1, 2, 1), 8)).containsExactly(1, 0, 2, 1, 1, 0, 2, 1);
  }

  @Test
  void aMemberGetsAsMuchAsIsLeftOfItsHost() {
    Pool pool = weighted(1, 1, 1);
    report(pool, 0.75, 0.5, 0);

    assertThat(TestPools.counts(pool, 700)).containsExactly(100, 200, 400);
  }

  @Test
  void weightsCountBesidesReports() {
    Pool pool = weighted(4, 1);
    report(pool, 0.75);

    assertThat(TestPools.counts(pool, 100)).containsExactly(50, 50);
  }

  @Test
  void aReportIsInForceWithoutANewChooser() {
    Pool pool = weighted(1, 1);
    Chooser chooser = pool.view().chooser().orElseThrow();
    report(pool, 0.9, 0.1);

    // The turns that were dealt before the report are still taken.
    assertThat(TestPools.counts(pool, 1000)[0]).isBetween(99L, 102L);
    report(pool, 0.1, 0.9);
    assertThat(TestPools.counts(pool, 1000)[0]).isBetween(890L, 902L);
    assertThat(pool.view().chooser()).containsSame(chooser);
  }

  @Test
  void aHostAllInUseStillGetsAFlowNowAndThen() {
    Pool pool = weighted(1, 1);
    report(pool, 1.0, 0.0);

    assertThat(TestPools.counts(pool, 1010)).containsExactly(10, 1000);
  }

  @Test
  void aMemberThatWasFullDoesNotCatchUp() {
    Pool pool = weighted(1, 1, 1);
    PoolMember full = pool.members().get(1);
    for (int i = 0; i < 300; i++) {
      TestPools.choose(pool, StubFlow.mayUse(member -> member != full));
    }

    assertThat(TestPools.counts(pool, 30)[1]).isBetween(10L, 11L);
  }

  @Test
  void turnsGoOnWhereTheyWereWhenAMemberFlaps() {
    Pool pool = weighted(1, 1, 1, 1);
    PoolMember flapping = pool.members().get(3);
    long[] counts = new long[4];
    for (int i = 0; i < 1200; i++) {
      if (i % 2 == 0) {
        flapping.disable();
        flapping.enable();
      }
      counts[pool.members().indexOf(TestPools.choose(pool, new StubFlow()))]++;
    }

    assertThat(Arrays.stream(counts).limit(3).min().orElseThrow())
        .as("fewest turns of those that stay")
        .isGreaterThan(250);
  }

  @Test
  void sharesAreExactWithEightThreads() {
    Pool pool = weighted(5, 2, 1);
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
  void theReportIsTold() {
    PoolMember member = weighted(1).members().get(0);
    assertThat(member.utilisation()).isEmpty();
    member.reportUtilisation(0.25);

    assertThat(member.utilisation()).hasValue(0.25);
  }

  @Test
  void aPreviewTakesNoTurn() {
    Pool pool = weighted(1, 1, 1);
    Chooser chooser = pool.view().chooser().orElseThrow();
    PoolMember told = chooser.preview(new StubFlow()).orElseThrow();

    assertThat(chooser.preview(new StubFlow())).containsSame(told);
    assertThat(chooser.choose(new StubFlow())).isSameAs(told);
    assertThat(chooser.choose(new StubFlow())).isNotSameAs(told);
  }
}
