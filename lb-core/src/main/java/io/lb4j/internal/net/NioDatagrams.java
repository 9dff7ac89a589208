package io.lb4j.internal.net;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.util.Locale;

/** What the JDK's exceptions say of a datagram. */
final class NioDatagrams {
  private NioDatagrams() {}

  /**
   * What became of a datagram that a channel did not take.
   *
   * @throws IOException the same, if it tells of an earlier datagram
   */
  static DatagramOutcome outcomeOf(IOException failure) throws IOException {
    if (failure instanceof PortUnreachableException) {
      throw failure;
    }
    return outcomeOfReply(failure);
  }

  /** The same of a datagram for anyone: it has no earlier ones. */
  static DatagramOutcome outcomeOfReply(IOException failure) {
    if (isTooLong(failure)) {
      return DatagramOutcome.TOO_LONG;
    }
    String words = wordsOf(failure);
    if (words.contains("no buffer space")
        || words.contains("cannot allocate")
        || words.contains("out of memory")) {
      return DatagramOutcome.NO_ROOM;
    }
    return DatagramOutcome.REFUSED;
  }

  /** Whether a datagram was longer than what may be sent there. */
  static boolean isTooLong(IOException failure) {
    String words = wordsOf(failure);
    return words.contains("too long")
        || words.contains("too large")
        || words.contains("larger than");
  }

  private static String wordsOf(IOException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
