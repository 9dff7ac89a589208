package io.lb4j.internal.wire;

import java.util.Optional;

/**
 * The parameters of a query, as HTML forms write them: {@code name=value} between ampersands, a
 * plus for a blank, {@code %XX} for any octet. An escape that is none stays as it is.
 */
final class QueryString {
  private QueryString() {}

  /** The first parameter of that name from an index on; empty if it is empty. */
  static Optional<String> first(String text, int from, String name) {
    for (int start = from; start <= text.length(); ) {
      int end = indexOrEnd(text, '&', start, text.length());
      int equals = indexOrEnd(text, '=', start, end);
      if (isNamed(text, start, equals, name)) {
        return equals + 1 >= end ? Optional.empty() : Optional.of(decoded(text, equals + 1, end));
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  /** An escape makes three characters of one, so that few names have to be decoded. */
  private static boolean isNamed(String text, int start, int end, String name) {
    int length = end - start;
    return length >= name.length()
        && length <= 3 * name.length()
        && decoded(text, start, end).equals(name);
  }

  private static int indexOrEnd(String text, char c, int start, int end) {
    int at = text.indexOf(c, start);
    return at < 0 || at > end ? end : at;
  }

  private static String decoded(String text, int start, int end) {
    StringBuilder plain = new StringBuilder(end - start);
    for (int at = start; at < end; at++) {
      char c = text.charAt(at);
      int octet = c == '%' && at + 2 < end ? octet(text, at + 1) : -1;
      if (octet >= 0) {
        plain.append((char) octet);
        at += 2;
      } else {
        plain.append(c == '+' ? ' ' : c);
      }
    }
    return plain.toString();
  }

  private static int octet(String text, int at) {
    int high = hex(text.charAt(at));
    int low = hex(text.charAt(at + 1));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** The value of a hexadecimal digit in ASCII; -1 if it is none. */
  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
