package io.lb4j.benchmarks.compare;

/**
 * When round trips may begin: at once, or so many a second from a moment on. What was missed is
 * made up for, so that a load at a rate is the same work for each proxy, unless it is forgotten.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000;

  private final int rate;
  private long startNanos;
  private long begun;

  /**
   * A pace.
   *
   * @param rate in a second; 0 for as many as go
   * @param startNanos when the first is due
   */
  Pace(int rate, long startNanos) {
    this.rate = rate;
    this.startNanos = startNanos;
  }

  /** How long until the next one is due; 0 or less when it is. */
  long untilNext(long nowNanos) {
    return rate == 0 ? 0 : startNanos + dueAfter(begun) - nowNanos;
  }

  private long dueAfter(long number) {
    return number / rate * SECOND + number % rate * SECOND / rate;
  }

  /** Has the next one due at this moment if it was due before. */
  void forget(long nowNanos) {
    startNanos += Math.max(0, -untilNext(nowNanos));
  }

  void begin() {
    begun++;
  }
}
