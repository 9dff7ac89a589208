package io.lb4j.internal.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.regex.Pattern;

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
    /** We have run out of descriptors, ports or memory; says nothing of the target. */
    LOCAL,
    /** Anything else. */
    OTHER
  }

  private static final Pattern OUT_OF_RESOURCES =
      Pattern.compile("too many open files|no buffer space|cannot assign|cannot allocate");

  private ConnectFailures() {}

  /** The kind of a failure. */
  public static Kind kindOf(IOException failure) {
    if (failure instanceof PortUnreachableException) {
      return Kind.REFUSED;
    }
    String text = textOf(failure);
    if (failure instanceof SocketTimeoutException || text.contains("timed out")) {
      return Kind.TIMED_OUT;
    }
    if (failure instanceof NoRouteToHostException || text.contains("unreachable")) {
      return Kind.UNREACHABLE;
    }
    if (OUT_OF_RESOURCES.matcher(text).find()) {
      return Kind.LOCAL;
    }
    if (text.contains("refused") || text.contains("no such file")) {
      return Kind.REFUSED;
    }
    return failure instanceof ConnectException ? Kind.REFUSED : Kind.OTHER;
  }

  /** A failure in a few words. */
  public static String describe(IOException failure) {
    if (failure instanceof PortUnreachableException) {
      return "port unreachable";
    }
    return switch (kindOf(failure)) {
      case REFUSED -> "connect refused";
      case TIMED_OUT -> "connect timed out";
      case UNREACHABLE -> "host unreachable";
      case LOCAL, OTHER -> "connect failed: " + failure.getMessage();
    };
  }

  private static String textOf(IOException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
