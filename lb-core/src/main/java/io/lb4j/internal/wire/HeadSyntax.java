package io.lb4j.internal.wire;

import java.nio.ByteBuffer;

/**
 * Follows an HTTP/1 head (RFC 9112) octet by octet to the empty line that ends it. Strict, because
 * a head that two readers understand differently is of no use: lines end with CRLF alone, none is
 * folded, no blank stands before a colon, and values have no control characters but tabs. Whether
 * it is HTTP/1 at all, the first line decides.
 */
final class HeadSyntax {
  /** Where in a head an octet is expected, or how it ended. */
  enum State {
    FIRST_LINE,
    FIRST_LINE_END,
    FIRST_LINE_END_OR_BLANK,
    FIELD,
    NAME,
    TEXT,
    LINE_FEED,
    LAST_LINE_FEED,
    COMPLETE,
    NOT_THIS,
    MALFORMED
  }

  /** The part of a first line that makes it HTTP/1. */
  interface FirstLine {
    /** The state after this octet. */
    State take(int octet);
  }

  private final FirstLine firstLine;
  private State state = State.FIRST_LINE;
  private String problem = "";

  HeadSyntax(FirstLine firstLine) {
    this.firstLine = firstLine;
  }

  /** What is wrong, once malformed. */
  String problem() {
    return problem;
  }

  /** Takes the next octet and says where the head is then. */
  State take(int octet) {
    state =
        switch (state) {
          case FIRST_LINE -> firstLine.take(octet);
          case FIRST_LINE_END -> lineEnd(octet);
          case FIRST_LINE_END_OR_BLANK -> octet == ' ' ? State.TEXT : lineEnd(octet);
          case FIELD -> field(octet);
          case NAME -> name(octet);
          case TEXT -> text(octet);
          case LINE_FEED -> octet == '\n' ? State.FIELD : malformed("CR without LF");
          case LAST_LINE_FEED -> octet == '\n' ? State.COMPLETE : malformed("CR without LF");
          case COMPLETE, NOT_THIS, MALFORMED -> state;
        };
    return state;
  }

  /** Whether text is expected, so that {@link #endOfText} may pass over it. */
  boolean isInText() {
    return state == State.TEXT;
  }

  /** Where in a buffer text may end: most of a head is text, and this is the short way over it. */
  static int endOfText(ByteBuffer buffer, int from, int end) {
    int at = from;
    while (at < end && isPlain(buffer.get(at))) {
      at++;
    }
    return at;
  }

  /** Whether it is text, a tab left out; octets from 0x80 on are negative. */
  private static boolean isPlain(byte octet) {
    return (octet >= ' ' && octet != 0x7F) || octet < 0;
  }

  private State lineEnd(int octet) {
    return octet == '\r' ? State.LINE_FEED : malformed("first line does not end with CRLF");
  }

  private State field(int octet) {
    if (octet == ' ' || octet == '\t') {
      return malformed("folded line");
    }
    return octet == '\r' ? State.LAST_LINE_FEED : isToken(octet) ? State.NAME : badName();
  }

  private State name(int octet) {
    return octet == ':' ? State.TEXT : isToken(octet) ? State.NAME : badName();
  }

  private State badName() {
    return malformed("malformed header name");
  }

  private State text(int octet) {
    if (octet == '\r') {
      return State.LINE_FEED;
    }
    if (octet == '\n') {
      return malformed("LF without CR");
    }
    return isText(octet) ? State.TEXT : malformed("control character in a line");
  }

  private State malformed(String words) {
    problem = words;
    return State.MALFORMED;
  }

  private static boolean isText(int octet) {
    return (octet >= ' ' && octet != 0x7F) || octet == '\t';
  }

  /** Whether it may be in a method or a name (RFC 9110, section 5.6.2). */
  static boolean isToken(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || (octet > ' ' && octet < 0x7F && "!#$%&'*+-.^_`|~".indexOf(octet) >= 0);
  }
}
