package io.lb4j;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread brings about, with a deadline, instead of sleeping. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private Eventually() {}

  /** Waits until a condition holds; fails when it has not after 10 s. */
  public static void holds(String what, BooleanSupplier condition) {
    holds(what, LIMIT, condition);
  }

  /** Waits until a condition holds; fails when it has not in time. */
  public static void holds(String what, Duration limit, BooleanSupplier condition) {
    if (!within(limit, condition)) {
      throw new AssertionError("not within " + limit + ": " + what);
    }
  }

  /** Waits until a value is as it should be; fails with the value that it last had. */
  public static <T> void equal(String what, T expected, Supplier<T> actual) {
    if (!within(LIMIT, () -> Objects.equals(expected, actual.get()))) {
      throw new AssertionError(
          what + ": still " + actual.get() + " after " + LIMIT + ", expected " + expected);
    }
  }

  /** Whether a condition comes to hold in time. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting");
      }
    }
    return true;
  }
}
