package io.lb4j;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What flows have met at one member. All loops count in one atomic: failures in a row, or, once the
 * member is ejected, how far its return has come:
 *
 * <pre>
 * count ──ejected──▶ BENCHED ──time is over──▶ TRIAL_FREE ──a flow is given it──▶ TRIAL_RESERVED
 *   ▲                                            ▲  ▲  └──────────not connected──────────┘ │
 *   └────back, by whatever way────               └──┴────ended without a verdict──── TRIAL_RUNNING
 * </pre>
 *
 * Loops move between the states of the trial and count; all else is the pool's, under its lock.
 */
final class PassiveHealth {
  private static final int BENCHED = -1;
  private static final int TRIAL_FREE = -2;
  private static final int TRIAL_RESERVED = -3;
  private static final int TRIAL_RUNNING = -4;

  private final AtomicInteger state = new AtomicInteger();
  private volatile long trialConnectedNanos;
  private volatile boolean trialConnected;

  /**
   * Counts a failure.
   *
   * @return whether that makes another {@code limit} of them in a row
   */
  boolean failed(int limit) {
    int before = state.get();
    while (before >= 0) {
      int seen = state.compareAndExchange(before, (before + 1) & Integer.MAX_VALUE);
      if (seen == before) {
        return (before + 1) % limit == 0;
      }
      before = seen;
    }
    return false;
  }

  /** A flow got what it wanted; mostly costs a read. */
  void passed() {
    int before = state.get();
    if (before > 0) {
      state.compareAndSet(before, 0);
    }
  }

  boolean isTrialFree() {
    return state.get() == TRIAL_FREE;
  }

  /** Reserves the trial for a flow. */
  boolean reserveTrial() {
    return state.compareAndSet(TRIAL_FREE, TRIAL_RESERVED);
  }

  /** The flow it was reserved for does not come. */
  void unreserveTrial() {
    state.compareAndSet(TRIAL_RESERVED, TRIAL_FREE);
  }

  /** A flow begins: whether it is the trial. */
  boolean beginTrial() {
    if (state.get() != TRIAL_RESERVED) {
      return false;
    }
    trialConnected = false;
    return state.compareAndSet(TRIAL_RESERVED, TRIAL_RUNNING);
  }

  /** The trial's flow has been connected, which alone proves nothing yet. */
  void trialConnected(long nowNanos) {
    trialConnectedNanos = nowNanos;
    trialConnected = true;
  }

  /** The trial ended and proved nothing: another flow may try. */
  void trialUndecided() {
    state.compareAndSet(TRIAL_RUNNING, TRIAL_FREE);
  }

  boolean hasTrialRunSince(long nanosAgo, long nowNanos) {
    return state.get() == TRIAL_RUNNING
        && trialConnected
        && nowNanos - trialConnectedNanos >= nanosAgo;
  }

  void bench() {
    state.set(BENCHED);
  }

  void openTrial() {
    state.set(TRIAL_FREE);
  }

  void clear() {
    state.set(0);
  }
}
