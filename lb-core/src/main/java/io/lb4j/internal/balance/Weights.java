package io.lb4j.internal.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What the weighted ways of choosing have in common. */
public final class Weights {
  /** The most turns that a laid-out cycle has. */
  static final int MAX_CYCLE = 1 << 20;

  private Weights() {}

  /**
   * The same shares in the smallest whole numbers. All zero means all equal. Weights too large for
   * a cycle of {@value #MAX_CYCLE} turns are scaled down, but none that is above zero to zero.
   */
  static int[] reduced(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      if (weight < 0) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: 0 or more)");
      }
      divisor = gcd(divisor, weight);
    }
    int[] shares = new int[weights.length];
    if (divisor == 0) {
      Arrays.fill(shares, 1);
      return shares;
    }
    long total = 0;
    for (int i = 0; i < weights.length; i++) {
      shares[i] = weights[i] / divisor;
      total += shares[i];
    }
    if (total > MAX_CYCLE) {
      double scale = (double) MAX_CYCLE / total;
      for (int i = 0; i < shares.length; i++) {
        shares[i] = shares[i] == 0 ? 0 : Math.max(1, (int) (shares[i] * scale));
      }
    }
    return shares;
  }

  /** The weights as they are; all zero means all equal. */
  public static int[] someAboveZero(int[] weights) {
    int[] shares = weights.clone();
    if (Arrays.stream(shares).allMatch(weight -> weight == 0)) {
      Arrays.fill(shares, 1);
    }
    return shares;
  }

  /** The indices of some names in the order of the names, as {@link String#compareTo} has it. */
  static int[] byName(List<String> names) {
    return IntStream.range(0, names.size())
        .boxed()
        .sorted(Comparator.comparing(names::get))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * Whether {@code load} over {@code weight} is less than {@code otherLoad} over {@code
   * otherWeight}, in whole numbers. A weight of 0 is heavier than any load of a weight above 0.
   */
  public static boolean isLighter(int load, int weight, int otherLoad, int otherWeight) {
    if (weight == 0 || otherWeight == 0) {
      return weight > otherWeight || (weight == otherWeight && load < otherLoad);
    }
    return (long) load * otherWeight < (long) otherLoad * weight;
  }
}
