package io.lb4j.internal.util;

/**
 * A source of elapsed time. Values have no meaning of their own and may be negative or overflow;
 * only the difference between two of them counts, as with {@link System#nanoTime()}. The wall clock
 * is never asked.
 */
@FunctionalInterface
public interface Clock {
  /** The elapsed time of this JVM. */
  Clock SYSTEM = System::nanoTime;

  /** Now, in nanoseconds since an arbitrary origin. */
  long nanoTime();
}
