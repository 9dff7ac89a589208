package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.ChiSquare;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CumulativeWeightsTest {

  @Test
  void drawsInProportionToTheWeights() {
    assertDrawsFollow(new int[] {1, 2, 3, 0, 4}, new double[] {1, 2, 3, 0, 4});
  }

  @Test
  void allWeightsZeroMeansAllAsLikely() {
    assertDrawsFollow(new int[] {0, 0, 0}, new double[] {1, 1, 1});
  }

  @Test
  void theLargestWeightsDoNotOverflow() {
    double huge = Integer.MAX_VALUE;
    int most = Integer.MAX_VALUE;
    assertDrawsFollow(new int[] {most, most, most, 1}, new double[] {huge, huge, huge, 1});
  }

  @Test
  @Timeout(10)
  void aThousandLargestWeightsAreDrawnFrom() {
    int[] weights = new int[1000];
    Arrays.fill(weights, Integer.MAX_VALUE);
    double[] equal = new double[1000];
    Arrays.fill(equal, 1);

    assertDrawsFollow(weights, equal);
  }

  private static void assertDrawsFollow(int[] weights, double[] shares) {
    long seed = System.nanoTime();
    RandomGenerator random = new SplittableRandom(seed);
    CumulativeWeights drawn = new CumulativeWeights(weights);
    long[] counts = new long[weights.length];
    for (int i = 0; i < 100_000; i++) {
      counts[drawn.draw(random)]++;
    }
    ChiSquare.assertProportional("seed " + seed, counts, shares);
  }

  /** Every point below the total, asked for one by one, gives each index exactly its weight. */
  @Property(tries = 200)
  void everyPointBelongsToExactlyItsWeight(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 50) Integer> drawn) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
    long total = Arrays.stream(weights).sum();
    int[] counts = new int[weights.length];
    CumulativeWeights cumulative = new CumulativeWeights(weights);
    for (long point = 0; point < total; point++) {
      counts[cumulative.draw(new Fixed(point))]++;
    }

    if (total > 0) {
      assertThat(counts).isEqualTo(weights);
    }
  }

  /** Gives one number, whatever is asked. */
  private static final class Fixed extends Random {
    private static final long serialVersionUID = 1;

    private final long number;

    Fixed(long number) {
      this.number = number;
    }

    @Override
    public long nextLong(long bound) {
      assertThat(number).isLessThan(bound);
      return number;
    }
  }
}
