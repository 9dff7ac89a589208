package io.lb4j.internal.util;

import org.slf4j.Logger;

/**
 * Says something in the log where what comes after it matters more. When memory is short, saying a
 * thing can throw as well, and that must not keep a loop from going on or a flow from being cleaned
 * up. What is thrown is dropped, because there is nobody left to tell.
 */
public final class LastWords {
  private LastWords() {}

  /** An error of which there is no more to say. */
  @SuppressWarnings("EmptyCatch")
  public static void say(Logger log, String words, Throwable failure) {
    try {
      log.error(words, failure);
    } catch (Throwable speechless) {
      // see above
    }
  }

  /**
   * An error.
   *
   * @param words with a place for whom it is of
   */
  @SuppressWarnings("EmptyCatch")
  public static void say(Logger log, String words, Object whose, Throwable failure) {
    try {
      log.error(words, whose, failure);
    } catch (Throwable speechless) {
      // see above
    }
  }

  /** Anything else; to make what is run takes memory as well. */
  @SuppressWarnings("EmptyCatch")
  public static void say(Runnable words) {
    try {
      words.run();
    } catch (Throwable speechless) {
      // see above
    }
  }
}
