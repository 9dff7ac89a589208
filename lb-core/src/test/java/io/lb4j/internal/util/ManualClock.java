package io.lb4j.internal.util;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that a test moves. It starts close to the overflow of {@code long}, where careless
 * arithmetic breaks.
 */
public final class ManualClock implements Clock {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  public void advance(Duration by) {
    advanceNanos(by.toNanos());
  }

  public void advanceNanos(long by) {
    nanos.addAndGet(by);
  }
}
