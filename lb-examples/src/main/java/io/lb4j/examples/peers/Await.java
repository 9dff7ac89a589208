package io.lb4j.examples.peers;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what will come true in a moment. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 5;

  private Await() {}

  /** Waits until a condition holds, at most 5 s; whether it came to hold. */
  public static boolean until(BooleanSupplier condition) throws InterruptedException {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begun > LIMIT.toNanos()) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }
}
