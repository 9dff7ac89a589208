package io.lb4j;

/**
 * How far a member's slow start has come.
 *
 * @param percent its share at present, 10..100
 * @param begunNanos when it began
 */
record SlowStart(int percent, long begunNanos) {
  static final SlowStart OVER = new SlowStart(100, 0);

  boolean isOver() {
    return percent == 100;
  }

  /** In steps of a tenth of the window. */
  SlowStart at(long nowNanos, long windowNanos) {
    long elapsed = nowNanos - begunNanos;
    if (elapsed >= windowNanos) {
      return OVER;
    }
    int step = (int) ((double) elapsed / windowNanos * Recovery.STEPS);
    return new SlowStart(Math.max(1, step) * 100 / Recovery.STEPS, begunNanos);
  }

  /** The share of a number, rounded down, but never of something to nothing. */
  int of(int whole) {
    return whole == 0 ? 0 : (int) Math.max(1, (long) whole * percent / 100);
  }
}
