package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads what a reply sets a cookie to, from the head of an HTTP/1 reply as it passes by: keeps no
 * more than one line of it. Interim replies (1xx) are passed over. For one stream, once.
 *
 * <p>How the bytes are split makes no difference. Never throws. The syntax is that of {@link
 * HeadSyntax}; heads that are longer than the limit, all together, are malformed. Of two {@code
 * Set-Cookie} of one name the last counts, as it does to the client.
 */
public final class SetCookieReader {
  private static final String SET_COOKIE = "set-cookie";

  private final String name;
  private final StringBuilder line = new StringBuilder(); // its name, and its value if it is kept
  private boolean kept;
  private StatusLineSyntax status = new StatusLineSyntax();
  private HeadSyntax syntax = new HeadSyntax(status);
  private Outcome outcome = Outcome.NEED_MORE;
  private String problem = "";
  private String value = "";
  private int left;

  /**
   * Before the first byte.
   *
   * @param name the cookie's name
   * @param limit how many bytes all heads may have together
   */
  public SetCookieReader(String name, int limit) {
    this.name = name;
    left = limit;
  }

  /**
   * Looks at the next bytes of the stream, from the buffer's position to its limit, and leaves them
   * and the position as they are.
   */
  public Outcome read(ByteBuffer next) {
    int end = next.position() + Math.min(next.remaining(), left);
    for (int at = next.position(); at < end && outcome == Outcome.NEED_MORE; ) {
      int start = at;
      if (!kept && syntax.isInText()) {
        at = HeadSyntax.endOfText(next, at, end);
      }
      if (at < end) {
        take(next.get(at++) & 0xFF);
      }
      left -= at - start;
    }
    if (left == 0 && outcome == Outcome.NEED_MORE) {
      end(Outcome.MALFORMED, "heads longer than the limit");
    }
    return outcome;
  }

  private void take(int octet) {
    switch (syntax.take(octet)) {
      case FIELD -> endLine();
      case NAME -> line.append((char) Character.toLowerCase(octet));
      case TEXT -> text(octet);
      case NOT_THIS -> end(Outcome.NOT_THIS, "");
      case MALFORMED -> end(Outcome.MALFORMED, syntax.problem());
      case COMPLETE -> endHead();
      default -> {}
    }
  }

  /** Of the octets after a name, the first is the colon. */
  private void text(int octet) {
    if (kept) {
      line.append((char) octet);
    } else if (octet == ':' && SET_COOKIE.contentEquals(line)) {
      kept = true;
      line.setLength(0);
    }
  }

  private void endLine() {
    if (kept) {
      value = Cookies.set(Blanks.trim(line.toString()), name).orElse(value);
    }
    kept = false;
    line.setLength(0);
  }

  private void endHead() {
    if (status.isInterim()) {
      status = new StatusLineSyntax();
      syntax = new HeadSyntax(status);
      value = "";
    } else {
      end(Outcome.COMPLETE, "");
    }
  }

  private void end(Outcome end, String words) {
    outcome = end;
    problem = words;
  }

  /** What {@link #read} said last. */
  public Outcome outcome() {
    return outcome;
  }

  /** What is wrong, in words; empty unless malformed. */
  public Optional<String> problem() {
    return outcome == Outcome.MALFORMED ? Optional.of(problem) : Optional.empty();
  }

  /** What the cookie was set to, once complete; empty if it was not, or to nothing. */
  public Optional<String> cookie() {
    return outcome == Outcome.COMPLETE && !value.isEmpty() ? Optional.of(value) : Optional.empty();
  }
}
