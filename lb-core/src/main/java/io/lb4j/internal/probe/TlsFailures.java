package io.lb4j.internal.probe;

import io.lb4j.internal.wire.Quoted;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** What the exceptions of a TLS engine mean. */
final class TlsFailures {
  private TlsFailures() {}

  /** A failure in a few words: the first cause that names what is wrong. */
  static String describe(Throwable failure) {
    Throwable innermost = failure;
    Throwable certificate = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      innermost = cause;
      if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
        certificate = cause;
      }
    }
    if (certificate == null) {
      return "TLS: " + words(innermost);
    }
    if (certificate instanceof CertificateExpiredException) {
      return "TLS: certificate expired (" + words(certificate) + ")";
    }
    if (certificate instanceof CertificateNotYetValidException) {
      return "TLS: certificate not yet valid (" + words(certificate) + ")";
    }
    if (certificate instanceof CertPathBuilderException) {
      return "TLS: certificate not trusted (" + words(certificate) + ")";
    }
    return "TLS: certificate refused (" + words(certificate) + ")";
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return Quoted.fit(message);
  }
}
