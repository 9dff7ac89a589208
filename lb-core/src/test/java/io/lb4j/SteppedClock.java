package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes on only when told; it starts shortly before it overflows. */
final class SteppedClock implements Clock {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

  @Override
  public long nanoTime() {
    return now.get();
  }

  void step(Duration duration) {
    now.addAndGet(duration.toNanos());
  }
}
