package io.lb4j.internal.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.Locale;

/** What the exceptions of a failed connect mean. */
public final class ConnectFailures {
  /** Kinds of failure. */
  public enum Kind {
    /** Nobody listens. */
    REFUSED,
    /** No answer in time. */
    TIMED_OUT,
    /** No way there. */
    UNREACHABLE,
    /** Anything else, mostly of our own. */
    OTHER
  }

  private ConnectFailures() {}

  /** The kind of a failure. */
  public static Kind kindOf(IOException failure) {
    String text = textOf(failure);
    if (failure instanceof SocketTimeoutException || text.contains("timed out")) {
      return Kind.TIMED_OUT;
    }
    if (failure instanceof NoRouteToHostException || text.contains("unreachable")) {
      return Kind.UNREACHABLE;
    }
    if (text.contains("refused") || text.contains("no such file")) {
      return Kind.REFUSED;
    }
    return failure instanceof ConnectException ? Kind.REFUSED : Kind.OTHER;
  }

  /** A failure in a few words. */
  public static String describe(IOException failure) {
    return switch (kindOf(failure)) {
      case REFUSED -> "connect refused";
      case TIMED_OUT -> "connect timed out";
      case UNREACHABLE -> "host unreachable";
      case OTHER -> "connect failed: " + failure.getMessage();
    };
  }

  private static String textOf(IOException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
