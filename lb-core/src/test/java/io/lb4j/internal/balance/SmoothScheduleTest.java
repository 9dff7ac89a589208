package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SmoothScheduleTest {

  @Test
  void fiveOneOneIsSpreadAsNginxDoesIt() {
    assertThat(SmoothSchedule.of(new int[] {5, 1, 1})).containsExactly(0, 0, 1, 0, 2, 0, 0);
  }

  @Test
  void equalWeightsTakeTurns() {
    assertThat(SmoothSchedule.of(new int[] {7, 7, 7})).containsExactly(0, 1, 2);
  }

  @Test
  void oneIndexHasEveryTurn() {
    assertThat(SmoothSchedule.of(new int[] {256})).containsExactly(0);
  }

  @Test
  void weightZeroHasNoTurn() {
    assertThat(SmoothSchedule.of(new int[] {0, 2, 0, 1})).containsExactly(1, 3, 1);
  }

  @Test
  void largePoolsAreLaidOutInGoodTimeWithExactAndEvenShares() {
    Random random = new Random(3);
    int[] weights = random.ints(2000, 1, 257).toArray();
    weights[0] = 255;
    weights[1] = 256;
    long begun = System.nanoTime();
    int[] schedule = SmoothSchedule.of(weights);
    assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);

    int[] turns = new int[weights.length];
    int[] longestGap = new int[weights.length];
    int[] last = new int[weights.length];
    for (int turn = 0; turn < schedule.length; turn++) {
      int index = schedule[turn];
      longestGap[index] = Math.max(longestGap[index], turn - last[index]);
      last[index] = turn;
      turns[index]++;
    }
    assertThat(turns).isEqualTo(weights);
    for (int i = 0; i < weights.length; i++) {
      int even = schedule.length / weights[i];
      assertThat(longestGap[i])
          .as("gap of weight %d", weights[i])
          .isLessThan(2 * even + weights.length);
    }
  }

  @Test
  void allWeightsZeroMeansOneTurnEach() {
    assertThat(SmoothSchedule.of(new int[] {0, 0, 0})).containsExactly(0, 1, 2);
  }

  @Property(tries = 300)
  void agreesWithNginxOverTwoCycles(@ForAll("weights") int[] weights) {
    int[] schedule = SmoothSchedule.of(weights);
    int[] oracle = nginx(weights, 2 * schedule.length);
    int[] twice =
        IntStream.range(0, oracle.length).map(i -> schedule[i % schedule.length]).toArray();

    assertThat(twice).as("weights %s", Arrays.toString(weights)).isEqualTo(oracle);
  }

  @Property(tries = 300)
  void sharesAreExactOverOneCycle(@ForAll("weights") int[] weights) {
    int[] schedule = SmoothSchedule.of(weights);
    long total = Arrays.stream(weights).asLongStream().sum();

    for (int i = 0; i < weights.length; i++) {
      int index = i;
      long turns = Arrays.stream(schedule).filter(turn -> turn == index).count();
      assertThat(turns * total)
          .as("turns of %d with weights %s", i, Arrays.toString(weights))
          .isEqualTo((long) weights[i] * schedule.length);
    }
  }

  @Provide
  Arbitrary<int[]> weights() {
    return Arbitraries.integers().between(1, 256).array(int[].class).ofMinSize(1).ofMaxSize(12);
  }

  @Test
  @Timeout(20)
  void aThousandOfTheLargestWeightsIsOneTurnEach() {
    int[] weights = new int[1000];
    Arrays.fill(weights, Integer.MAX_VALUE);

    assertThat(SmoothSchedule.of(weights)).isEqualTo(IntStream.range(0, 1000).toArray());
  }

  @Test
  @Timeout(20)
  void hugeUnevenWeightsGiveABoundedCycleInWhichEachHasATurn() {
    int[] weights = {Integer.MAX_VALUE, 1, 0, Integer.MAX_VALUE - 1, 2};

    int[] schedule = SmoothSchedule.of(weights);

    assertThat(schedule.length).isBetween(1, Weights.MAX_CYCLE + weights.length);
    long[] turns = turnsOf(schedule, weights.length);
    assertThat(turns[0]).isCloseTo(turns[3], within(1L));
    assertThat(turns[1]).isPositive();
    assertThat(turns[2]).isZero();
    assertThat(turns[4]).isPositive();
  }

  @Test
  @Timeout(20)
  void aThousandRandomWeightsAreLaidOutInBoundedTime() {
    long seed = System.nanoTime();
    int[] weights = new Random(seed).ints(1000, 1, 257).toArray();

    long[] turns = turnsOf(SmoothSchedule.of(weights), weights.length);

    for (int i = 1; i < weights.length; i++) {
      assertThat(turns[i] * weights[0])
          .as("turns of %d, seed %d", i, seed)
          .isEqualTo(turns[0] * weights[i]);
    }
  }

  private static long[] turnsOf(int[] schedule, int indices) {
    long[] turns = new long[indices];
    for (int turn : schedule) {
      turns[turn]++;
    }
    return turns;
  }

  /** The running form, written after ngx_http_upstream_get_peer, in whole 64-bit numbers. */
  private static int[] nginx(int[] weights, int turns) {
    long[] currentWeight = new long[weights.length];
    int[] picks = new int[turns];
    for (int turn = 0; turn < turns; turn++) {
      long total = 0;
      int best = -1;
      for (int peer = 0; peer < weights.length; peer++) {
        currentWeight[peer] += weights[peer];
        total += weights[peer];
        if (best == -1 || currentWeight[peer] > currentWeight[best]) {
          best = peer;
        }
      }
      currentWeight[best] -= total;
      picks[turn] = best;
    }
    return picks;
  }
}
