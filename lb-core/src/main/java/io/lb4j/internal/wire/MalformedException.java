package io.lb4j.internal.wire;

/** What a peer sent is not what its protocol says. Carries words, no stack trace. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedException(String words) {
    super(words, null, false, false);
  }
}
