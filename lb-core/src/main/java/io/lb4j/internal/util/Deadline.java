package io.lb4j.internal.util;

/**
 * Something that happens once, at a time, on the loop that owns its {@link DeadlineWheel}. It is
 * its own list node: to arm or to cancel one allocates nothing and takes constant time. One
 * deadline stands in at most one wheel at a time.
 */
public abstract class Deadline {
  Deadline previous;
  Deadline next;
  long dueTick;

  /** Whether this deadline waits in a wheel. */
  public final boolean isArmed() {
    return next != null;
  }

  /**
   * Called on the loop, once for each arming, at the time or later, never earlier. It may arm
   * itself again.
   */
  protected abstract void onDue();
}
