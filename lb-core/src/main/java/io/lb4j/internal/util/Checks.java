package io.lb4j.internal.util;

import java.time.Duration;
import java.util.Objects;

/**
 * Checks of arguments, all in one grammar: {@code name: value (expected: condition)}. Each returns
 * what it checked, so that it stands where the value is used.
 */
public final class Checks {
  /** The longest duration that a setting takes. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  private Checks() {}

  /** An argument was wrong. */
  public static IllegalArgumentException bad(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }

  /** A reference that must be there. */
  public static <T> T present(String name, T value) {
    return Objects.requireNonNull(value, () -> name + ": null (expected: a value)");
  }

  /** A whole number from {@code low} to {@code high}, both included. */
  public static int range(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw bad(name, value, low + ".." + high);
    }
    return value;
  }

  /** A whole number from {@code low} to {@code high}, both included. */
  public static long range(String name, long value, long low, long high) {
    if (value < low || value > high) {
      throw bad(name, value, low + ".." + high);
    }
    return value;
  }

  /** A fraction from {@code low} to {@code high}, both included. */
  public static double range(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw bad(name, value, low + ".." + high);
    }
    return value;
  }

  /** A text with something in it. */
  public static String notBlank(String name, String value) {
    if (present(name, value).isBlank()) {
      throw bad(name, '"' + value + '"', "not blank");
    }
    return value;
  }

  /** A duration of at least {@code least} and at most ten years. */
  public static Duration atLeast(String name, Duration value, Duration least) {
    if (present(name, value).compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw bad(name, value, least + ".." + LONGEST);
    }
    return value;
  }

  /** A condition on the state of an object that a call relies on. */
  public static void state(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
