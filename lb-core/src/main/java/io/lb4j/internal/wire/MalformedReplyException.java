package io.lb4j.internal.wire;

/** A peer's reply is not what its protocol says. Carries words, no stack trace. */
final class MalformedReplyException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedReplyException(String words) {
    super(words, null, false, false);
  }
}
