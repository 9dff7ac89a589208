package io.lb4j.internal.util;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What one key has of its {@link QuotaLimits}. Any thread. */
final class Quota<K> {
  private static final int DROPPED = -1;

  private final K key;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong spentUntil;

  Quota(K key, long now) {
    this.key = key;
    spentUntil = new AtomicLong(TokenRate.untouched(now));
  }

  K key() {
    return key;
  }

  /** Takes a place if there is one; null if this was dropped, and another one has to answer. */
  Quotas.Answer enter(QuotaLimits limits, long now) {
    int seen = held.get();
    while (true) {
      if (seen == DROPPED) {
        return null;
      }
      if (seen >= limits.atOnce()) {
        return Quotas.Answer.TOO_MANY;
      }
      int other = held.compareAndExchange(seen, seen + 1);
      if (other == seen) {
        break;
      }
      seen = other;
    }
    if (take(limits.rate(), now)) {
      return Quotas.Answer.IN;
    }
    leave();
    return Quotas.Answer.TOO_FAST;
  }

  private boolean take(TokenRate rate, long now) {
    long spent = spentUntil.get();
    while (rate.hasOne(spent, now)) {
      long seen = spentUntil.compareAndExchange(spent, rate.withoutOne(spent, now));
      if (seen == spent) {
        return true;
      }
      spent = seen;
    }
    return false;
  }

  void leave() {
    held.decrementAndGet();
  }

  /** Whether it says no more than a new one would. */
  boolean isIdle(long now) {
    return held.get() == 0 && now - spentUntil.get() >= TokenRate.LONGEST_NANOS_FULL;
  }

  /** Has it take nobody any more, unless it holds a place; whether that is so now. */
  boolean drop() {
    return held.compareAndSet(0, DROPPED);
  }
}
