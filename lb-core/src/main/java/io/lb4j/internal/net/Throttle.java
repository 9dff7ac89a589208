package io.lb4j.internal.net;

/**
 * How many bytes one direction may move now. In any {@code t} seconds these are at most {@code t}
 * times the rate and a tenth of it (at least one byte).
 *
 * <p>What is kept is the time up to which the allowance is spent. Once less than one byte's worth
 * is left, it takes a twentieth of a second to go on, so that a throttled flow moves in few pieces
 * of some size and not in many of one byte.
 */
final class Throttle {
  /** So that no product below leaves the range of {@code long}. */
  static final long MOST_BYTES_PER_SECOND = 10_000_000_000L;

  private static final long SECOND = 1_000_000_000;
  private static final long BURST_NANOS = SECOND / 10;

  private final long bytesPerSecond;
  private final long burstNanos;
  private final long worthwhileNanos;
  private long spentUntil;

  Throttle(long bytesPerSecond, long nowNanos) {
    this.bytesPerSecond = bytesPerSecond;
    burstNanos = Math.max(BURST_NANOS, nanosFor(1));
    worthwhileNanos = Math.max(BURST_NANOS / 2, nanosFor(1));
    spentUntil = nowNanos - burstNanos;
  }

  private long nanosFor(long bytes) {
    return (bytes * SECOND + bytesPerSecond - 1) / bytesPerSecond; // never too few
  }

  /** How many bytes may move now. */
  int allowance(long nowNanos) {
    if (nowNanos - spentUntil > burstNanos) {
      spentUntil = nowNanos - burstNanos;
    }
    long unspent = Math.max(0, nowNanos - spentUntil);
    return (int) Math.min(unspent * bytesPerSecond / SECOND, Integer.MAX_VALUE);
  }

  /**
   * So many have moved. If that is more than {@link #allowance} said, as of bytes that were read
   * before there was a limit, nothing may move until it is made up for.
   */
  void spend(int bytes) {
    spentUntil += nanosFor(bytes);
  }

  /** How long to wait for an allowance that is worth a read. */
  long pauseNanos(long nowNanos) {
    return Math.max(1, worthwhileNanos - (nowNanos - spentUntil));
  }
}
