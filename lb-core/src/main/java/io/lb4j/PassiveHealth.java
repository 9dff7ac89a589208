package io.lb4j;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What flows have met at one member: failures in a row, which all loops count in one atomic. As
 * long as the member is ejected nothing is counted; its {@link Trial} decides then.
 */
final class PassiveHealth {
  private static final int EJECTED = -1;

  private final AtomicInteger failures = new AtomicInteger();

  /**
   * Counts a failure.
   *
   * @return whether that makes another {@code limit} of them in a row
   */
  boolean failed(int limit) {
    int before = failures.get();
    while (before != EJECTED) {
      int seen = failures.compareAndExchange(before, (before + 1) & Integer.MAX_VALUE);
      if (seen == before) {
        return (before + 1) % limit == 0;
      }
      before = seen;
    }
    return false;
  }

  /** A flow got what it wanted; mostly costs a read. */
  void passed() {
    int before = failures.get();
    if (before > 0) {
      failures.compareAndSet(before, 0);
    }
  }

  /** The member is ejected. Under the pool's lock. */
  void ejected() {
    failures.set(EJECTED);
  }

  /** It is back. Under the pool's lock. */
  void returned() {
    failures.set(0);
  }
}
