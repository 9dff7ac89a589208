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

  // In the words of glibc and of musl, and our own.
  private static final Pattern OUT_OF_DESCRIPTORS =
      Pattern.compile("too many open files|no file descriptors available");

  private static final Pattern OUT_OF_RESOURCES =
      Pattern.compile(
          OUT_OF_DESCRIPTORS.pattern()
              + "|no buffer space|cannot allocate|out of memory"
              + "|address (already )?in use|no free port");

  /** The source is not, or there is no port for it. */
  private static final Pattern NOT_OURS = Pattern.compile("cannot assign|address not available");

  private static final String NO_REPLY = "no reply"; // of a member without connections

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
    if (NOT_OURS.matcher(text).find() || OUT_OF_RESOURCES.matcher(text).find()) {
      return Kind.LOCAL;
    }
    if (text.contains("refused") || text.contains("no such file")) {
      return Kind.REFUSED;
    }
    return failure instanceof ConnectException ? Kind.REFUSED : Kind.OTHER;
  }

  /**
   * Whether the system has run out of something that it has again when other sockets are closed.
   */
  public static boolean isShortage(IOException failure) {
    return OUT_OF_RESOURCES.matcher(textOf(failure)).find();
  }

  /** Whether this is the one kind of shortage: of descriptors. */
  public static boolean isWantOfDescriptors(IOException failure) {
    return OUT_OF_DESCRIPTORS.matcher(textOf(failure)).find();
  }

  /** A failure in a few words. */
  public static String describe(IOException failure) {
    if (failure instanceof PortUnreachableException) {
      return "port unreachable";
    }
    return switch (kindOf(failure)) {
      case REFUSED -> "connect refused";
      case TIMED_OUT -> textOf(failure).equals(NO_REPLY) ? NO_REPLY : "connect timed out";
      case UNREACHABLE -> "host unreachable";
      case LOCAL, OTHER -> "connect failed: " + failure.getMessage();
    };
  }

  private static String textOf(IOException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
