package io.lb4j.internal.util;

import java.util.function.Consumer;

/**
 * A hierarchical timing wheel (Varghese and Lauck, 1987): deadlines hang in slots of {@value
 * #SLOTS} per level, each level's slot as long as the whole level below it. To arm and to cancel is
 * O(1); a cancelled deadline leaves nothing behind; a deadline moves down at most {@value #LEVELS}
 * times before it is due. Which slots hold anything stands in one {@code long} per level, so that
 * the next one is found without walking.
 *
 * <p>Time is counted in ticks of about a millisecond from the moment of construction, so that a
 * clock that starts near its overflow makes no difference. A deadline is rounded up to the next
 * tick: it may come a tick late, never early.
 *
 * <p>Not thread-safe: one loop owns it.
 */
public final class DeadlineWheel {
  private static final int TICK_SHIFT = 20; // 2^20 ns = 1.05 ms
  private static final int SLOT_BITS = 6;
  private static final int SLOTS = 1 << SLOT_BITS;
  private static final int LEVELS = 7; // 64^7 ticks: 146 years
  private static final long MAX_DELAY_NANOS = 1L << 60; // 36 years

  private final long originNanos;
  private final Head[][] slots = new Head[LEVELS][SLOTS];
  private final long[] occupied = new long[LEVELS];
  private long currentTick;
  private int size;

  /** The anchor of one slot's ring. */
  private static final class Head extends Deadline {
    Head() {
      previous = this;
      next = this;
    }

    @Override
    protected void onDue() {
      throw new AssertionError("an anchor is never due");
    }
  }

  /**
   * Starts an empty wheel.
   *
   * @param nowNanos the clock's time
   */
  public DeadlineWheel(long nowNanos) {
    originNanos = nowNanos;
    for (Head[] level : slots) {
      for (int i = 0; i < SLOTS; i++) {
        level[i] = new Head();
      }
    }
  }

  /** How many deadlines wait. */
  public int size() {
    return size;
  }

  /**
   * Arms a deadline, or moves it when it is armed already.
   *
   * @param nowNanos the time of the turn
   * @param delayNanos how long from now; zero or less means at the next expiry
   */
  public void arm(Deadline deadline, long nowNanos, long delayNanos) {
    cancel(deadline);
    long delay = Math.min(Math.max(delayNanos, 0), MAX_DELAY_NANOS);
    long elapsed = nowNanos - originNanos;
    long tick = (elapsed + delay + (1L << TICK_SHIFT) - 1) >>> TICK_SHIFT;
    deadline.dueTick = Math.max(tick, Math.max(currentTick, elapsed >>> TICK_SHIFT) + 1);
    place(deadline);
    size++;
  }

  /** Takes a deadline out; nothing happens when it is not armed. */
  public void cancel(Deadline deadline) {
    if (deadline.isArmed()) {
      unlink(deadline);
      size--;
    }
  }

  /**
   * Runs every deadline that is due at this time. What they arm meanwhile is due at a later call.
   *
   * @param onFailure hears what a deadline throws; the others are run all the same
   */
  public void expire(long nowNanos, Consumer<Throwable> onFailure) {
    long targetTick = (nowNanos - originNanos) >>> TICK_SHIFT;
    while (size > 0) {
      long tick = nextOccupiedTick();
      if (tick > targetTick) {
        break;
      }
      currentTick = tick;
      cascade(tick);
      fire(slots[0][(int) tick & (SLOTS - 1)], onFailure);
    }
    currentTick = Math.max(currentTick, targetTick);
  }

  /**
   * How long from now until {@link #expire} may have something to do; {@link Long#MAX_VALUE} when
   * nothing waits.
   */
  public long nanosUntilNext(long nowNanos) {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, (nextOccupiedTick() << TICK_SHIFT) - (nowNanos - originNanos));
  }

  private void place(Deadline deadline) {
    // The level is that of the highest digit (base 64) in which the due tick differs from the
    // current one.
    long differing = deadline.dueTick ^ currentTick;
    int level = differing == 0 ? 0 : (63 - Long.numberOfLeadingZeros(differing)) / SLOT_BITS;
    int slot = slotOf(deadline.dueTick, level);
    Head head = slots[level][slot];
    deadline.previous = head.previous;
    deadline.next = head;
    head.previous.next = deadline;
    head.previous = deadline;
    occupied[level] |= 1L << slot;
  }

  /** The bit of a slot that a cancel emptied stays set; whoever passes the slot clears it. */
  private static void unlink(Deadline deadline) {
    deadline.previous.next = deadline.next;
    deadline.next.previous = deadline.previous;
    deadline.previous = null;
    deadline.next = null;
  }

  private static int slotOf(long tick, int level) {
    return (int) (tick >>> (level * SLOT_BITS)) & (SLOTS - 1);
  }

  /** The first tick after the current one at which a slot that may hold something begins. */
  private long nextOccupiedTick() {
    for (int level = 0; level < LEVELS; level++) {
      int shift = level * SLOT_BITS;
      int now = slotOf(currentTick, level);
      // Slots up to the current one of a level are empty: what was there has moved down.
      long ahead = occupied[level] & (now == SLOTS - 1 ? 0 : -1L << (now + 1));
      while (ahead != 0) {
        int slot = Long.numberOfTrailingZeros(ahead);
        if (slots[level][slot].next != slots[level][slot]) {
          long base = currentTick >>> (shift + SLOT_BITS) << (shift + SLOT_BITS);
          return base + ((long) slot << shift);
        }
        occupied[level] &= ~(1L << slot);
        ahead &= ahead - 1;
      }
    }
    throw new AssertionError("wheel of " + size + " has no occupied slot");
  }

  /** Spreads the slots that begin at this tick over the levels below. */
  private void cascade(long tick) {
    for (int level = LEVELS - 1; level > 0; level--) {
      if ((tick & ((1L << (level * SLOT_BITS)) - 1)) != 0) {
        continue;
      }
      int slot = slotOf(tick, level);
      Head head = slots[level][slot];
      occupied[level] &= ~(1L << slot);
      while (head.next != head) {
        Deadline moving = head.next;
        unlink(moving);
        place(moving);
      }
    }
  }

  private void fire(Head head, Consumer<Throwable> onFailure) {
    occupied[0] &= ~(1L << slotOf(currentTick, 0));
    while (head.next != head) {
      Deadline due = head.next;
      unlink(due);
      size--;
      try {
        due.onDue();
      } catch (Throwable failure) {
        onFailure.accept(failure);
      }
    }
  }
}
