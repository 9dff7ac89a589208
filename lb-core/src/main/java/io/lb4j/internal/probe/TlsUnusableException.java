package io.lb4j.internal.probe;

/** The host's TLS settings do not work at all, which says nothing of a target. */
final class TlsUnusableException extends Exception {
  private static final long serialVersionUID = 1;

  TlsUnusableException(String words) {
    super(words, null, false, false);
  }
}
