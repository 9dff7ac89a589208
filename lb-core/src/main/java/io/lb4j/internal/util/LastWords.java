package io.lb4j.internal.util;

/**
 * Says something in the log where what comes after it matters more. When memory is short, saying a
 * thing can throw as well, and that must not keep a loop from going on or a flow from being cleaned
 * up.
 */
public final class LastWords {
  private LastWords() {}

  /** Runs what logs; what that throws is dropped, because there is nobody left to tell. */
  @SuppressWarnings("EmptyCatch")
  public static void say(Runnable words) {
    try {
      words.run();
    } catch (Throwable speechless) {
      // see above
    }
  }
}
