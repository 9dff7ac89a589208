package io.lb4j;

/** What a pool remembers of a member's ups and downs. Under the pool's lock. */
final class MemberHistory {
  private boolean available;
  private boolean startsAtOnce;
  private boolean onBench;
  private int timesEjected;
  private long servesSinceNanos;

  MemberHistory(boolean startsAtOnce) {
    this.startsAtOnce = startsAtOnce;
  }

  /** Notes whether it is available; true when it has become so and has to begin slowly. */
  boolean becomes(boolean availableNow) {
    boolean begins = availableNow && !available;
    boolean slowly = begins && !startsAtOnce;
    available = availableNow;
    startsAtOnce &= !begins;
    return slowly;
  }

  /** The pool is not in use any more: the next use is a beginning. */
  void forget() {
    available = false;
    startsAtOnce = true;
    timesEjected = 0;
    onBench = false;
  }

  /** It is ejected; says how many times in a row, one forgotten for each base time served. */
  int ejected(long nowNanos, long baseNanos) {
    if (!onBench && timesEjected > 0) {
      long forgiven = (nowNanos - servesSinceNanos) / baseNanos;
      timesEjected = (int) Math.max(0, timesEjected - forgiven);
    }
    timesEjected++;
    onBench = true;
    return timesEjected;
  }

  /** It serves again. */
  void returned(long nowNanos) {
    servesSinceNanos = nowNanos;
    onBench = false;
  }
}
