package io.lb4j.internal.balance;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Smooth weighted turns whose weights may be others at each turn, where {@link SmoothSchedule} lays
 * them out beforehand. Every index has a time at which its next turn is due; the earliest is taken
 * and put off by a span in inverse proportion to its share at that moment (stride scheduling,
 * Waldspurger and Weihl, 1995). Any number of threads take turns at once: each turn of an index is
 * taken by one compare-and-set, so none is lost or given twice.
 *
 * <p>Times have no unit and may overflow; only differences count. One that could not take its turns
 * for a while does not catch up: what was due before the last turn taken is due with it.
 */
public final class RunningTurns {
  /** The largest share. */
  public static final long MAX_SHARE = 1L << 28;

  private static final long SPAN_OF_SHARE_1 = 1L << 56;

  private final AtomicLongArray due;
  private final AtomicLong time;

  /** All begin, each half a span away from its first turn. */
  public RunningTurns(long[] shares) {
    due = new AtomicLongArray(shares.length);
    time = new AtomicLong();
    for (int i = 0; i < shares.length; i++) {
      due.set(i, spanOf(shares[i]) / 2);
    }
  }

  /**
   * Goes on where an index of other turns was, unless its turn comes earlier than that.
   *
   * @param share its share from now on
   */
  public void resume(int index, RunningTurns before, int indexBefore, long share) {
    long wait = before.due.get(indexBefore) - before.time.get();
    due.set(index, time.get() + Math.max(0, Math.min(wait, spanOf(share))));
  }

  /** When the last turn that was taken was due. */
  public long now() {
    return time.get();
  }

  /** When the next turn of an index is due, as it is kept; to be given to {@link #take}. */
  public long due(int index) {
    return due.get(index);
  }

  /** The same, but not before the last turn that was taken. */
  public static long notBefore(long due, long now) {
    return due - now < 0 ? now : due;
  }

  /**
   * Takes the turn of an index and puts the next one off.
   *
   * @param seen what {@link #due} gave when the index was found to be the earliest
   * @param from the turn's time, which is that or later
   * @param share 1 to {@link #MAX_SHARE}
   * @return false if another thread took that turn
   */
  public boolean take(int index, long seen, long from, long share) {
    if (!due.compareAndSet(index, seen, from + spanOf(share))) {
      return false;
    }
    long now = time.get();
    while (from - now > 0 && !time.compareAndSet(now, from)) {
      now = time.get();
    }
    return true;
  }

  private static long spanOf(long share) {
    return SPAN_OF_SHARE_1 / share;
  }
}
