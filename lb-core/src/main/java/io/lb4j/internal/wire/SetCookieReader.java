package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads what a reply sets a cookie to, from the head of an HTTP/1 reply as it passes by: keeps no
 * more than the line that it is in. Interim replies (1xx) are passed over. For one stream, once.
 *
 * <p>How the bytes are split makes no difference. Never throws. The syntax is that of {@link
 * HeadSyntax}; heads that are longer than the limit, all together, are malformed. Of two {@code
 * Set-Cookie} of one name the last counts, as it does to the client.
 */
public final class SetCookieReader {
  private static final String SET_COOKIE = "set-cookie:";

  private final String name;
  private final StringBuilder line = new StringBuilder();
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
    for (int at = next.position(); at < next.limit() && outcome == Outcome.NEED_MORE; at++) {
      take(next.get(at) & 0xFF);
    }
    return outcome;
  }

  private void take(int octet) {
    left--;
    switch (syntax.take(octet)) {
      case FIELD -> endLine();
      case NAME, TEXT -> line.append((char) octet);
      case NOT_THIS -> end(Outcome.NOT_THIS, "");
      case MALFORMED -> end(Outcome.MALFORMED, syntax.problem());
      case COMPLETE -> endHead();
      default -> {}
    }
    if (left == 0 && outcome == Outcome.NEED_MORE) {
      end(Outcome.MALFORMED, "heads longer than the limit");
    }
  }

  private void endLine() {
    String text = line.toString();
    line.setLength(0);
    if (text.regionMatches(true, 0, SET_COOKIE, 0, SET_COOKIE.length())) {
      String header = Blanks.trim(text, SET_COOKIE.length(), text.length());
      value = Cookies.set(header, name).orElse(value);
    }
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
