package io.lb4j.benchmarks.compare;

import java.util.Arrays;

/**
 * Counts durations in buckets that widen with the duration, so that recording allocates nothing and
 * a percentile is at most {@value #STEPS}th of itself too high.
 */
final class LatencyHistogram {
  private static final int STEP_BITS = 6;

  /** Buckets for each power of two. */
  static final int STEPS = 1 << STEP_BITS;

  private final long[] counts = new long[(Long.SIZE - STEP_BITS) * STEPS];
  private long total;

  void record(long nanos) {
    counts[bucket(Math.max(nanos, 0))]++;
    total++;
  }

  void clear() {
    Arrays.fill(counts, 0);
    total = 0;
  }

  /**
   * The duration that this share of all durations does not exceed; 0 when there are none.
   *
   * @param share 0.99 for p99
   */
  long percentileNanos(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return longestIn(bucket);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    int shift = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos | 1) - STEP_BITS);
    return shift * STEPS + (int) (nanos >>> shift); // the first 2 * STEPS buckets are exact
  }

  private static long longestIn(int bucket) {
    int shift = Math.max(0, bucket / STEPS - 1);
    long lowest = (long) (bucket - shift * STEPS) << shift;
    return lowest + (1L << shift) - 1;
  }
}
