package io.lb4j.internal.balance;

import java.util.random.RandomGenerator;

/**
 * Draws indices at random, each as likely as its weight; all weights zero means all equally likely.
 * Immutable.
 */
public final class CumulativeWeights {
  private final long[] upTo;

  /** Sums the weights up, 0 or more each; at least one. */
  public CumulativeWeights(int[] weights) {
    upTo = new long[weights.length];
    long total = 0;
    for (int i = 0; i < weights.length; i++) {
      total += weights[i];
      upTo[i] = total;
    }
    if (total == 0) {
      for (int i = 0; i < upTo.length; i++) {
        upTo[i] = i + 1L;
      }
    }
  }

  /** Draws one. */
  public int draw(RandomGenerator random) {
    return indexOf(random.nextLong(upTo[upTo.length - 1]));
  }

  /** The first index whose sum lies above the point. */
  private int indexOf(long point) {
    int low = 0;
    int high = upTo.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upTo[middle] > point) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
