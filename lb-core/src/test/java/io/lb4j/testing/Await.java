package io.lb4j.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The one way in which tests wait: until a condition holds, and at most so long. */
public final class Await {
  /** Far longer than anything takes, also on a loaded machine; it only bounds a failing test. */
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private static final long LOOK_NANOS = 500_000;

  private Await() {}

  /** Waits until the condition holds. */
  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, LIMIT, condition);
  }

  /** Waits until the condition holds; what it waited for is asked for only when that fails. */
  public static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting for: " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Waits until a value has stayed the same for a while, and returns it. */
  public static long settled(String what, Duration quiet, Supplier<Long> value) {
    long[] last = {value.get(), System.nanoTime()};
    until(
        () -> what + " to settle, last at " + last[0],
        LIMIT,
        () -> {
          long now = value.get();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] >= quiet.toNanos();
        });
    return last[0];
  }

  /** Checks again and again, for a while, that a condition holds. */
  public static void holds(String what, Duration duration, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < duration.toNanos()) {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("no longer holds: " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
