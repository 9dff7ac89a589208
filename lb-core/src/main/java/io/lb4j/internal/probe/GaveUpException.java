package io.lb4j.internal.probe;

/** A search took more work than it is given. Carries words, no stack trace. */
public final class GaveUpException extends Exception {
  private static final long serialVersionUID = 1;

  GaveUpException(String words) {
    super(words, null, false, false);
  }
}
