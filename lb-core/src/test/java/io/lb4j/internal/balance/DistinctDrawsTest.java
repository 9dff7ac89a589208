package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.ChiSquare;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DistinctDrawsTest {

  @Property(tries = 200)
  void drawsDifferFromEachOther(
      @ForAll long seed, @ForAll @IntRange(min = 4, max = 500) int bound) {
    Set<Integer> drawn = new HashSet<>();
    int raw = -1;
    for (int i = 0; i < bound / 2; i++) {
      raw = DistinctDraws.next(seed, raw, bound);
      int index = DistinctDraws.at(seed, raw, bound);
      assertThat(index).isBetween(0, bound - 1);
      assertThat(drawn.add(index)).as("draw %d of %d gives a new index", i, bound).isTrue();
    }
  }

  @Test
  void everyPairIsAsLikely() {
    int bound = 7;
    long[] pairs = new long[bound * bound];
    SplittableRandom seeds = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long seed = seeds.nextLong();
      int first = DistinctDraws.next(seed, -1, bound);
      int second = DistinctDraws.next(seed, first, bound);
      pairs[bound * DistinctDraws.at(seed, first, bound) + DistinctDraws.at(seed, second, bound)]++;
    }
    double[] expected = new double[bound * bound];
    Arrays.fill(expected, 1);
    for (int i = 0; i < bound; i++) {
      expected[i * bound + i] = 0;
    }

    ChiSquare.assertProportional("pairs", pairs, expected);
  }
}
