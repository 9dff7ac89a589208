package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/**
 * Whether counts look as if drawn with given weights. The bound lies 6.5 standard deviations out
 * (less than one false alarm in ten thousand million), so that no test needs a second try.
 */
public final class ChiSquare {
  private static final double DEVIATIONS = 6.5;

  private ChiSquare() {}

  /** Fails when the counts are not in proportion to the weights. */
  public static void assertProportional(String what, long[] counts, double[] weights) {
    double total = Arrays.stream(counts).sum();
    double allWeights = Arrays.stream(weights).sum();
    double statistic = 0;
    int degrees = -1;
    for (int i = 0; i < counts.length; i++) {
      double expected = total * weights[i] / allWeights;
      if (expected == 0) {
        assertThat(counts[i]).as("%s: draws of %d, whose weight is 0", what, i).isZero();
        continue;
      }
      statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
      degrees++;
    }
    assertThat(statistic)
        .as(
            "%s: chi-square of %s against weights %s",
            what, Arrays.toString(counts), Arrays.toString(weights))
        .isLessThan(bound(degrees));
  }

  /** By Wilson and Hilferty's approximation. */
  private static double bound(int degrees) {
    double spread = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - spread + DEVIATIONS * Math.sqrt(spread), 3);
  }
}
