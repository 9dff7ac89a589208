package io.lb4j.internal.wire;

import java.util.Optional;

/** The header fields of a head, found in its text as they are asked for. */
final class HttpFields {
  private final String text;
  private final int start;

  /**
   * The fields of a head whose syntax is good.
   *
   * @param text the head with the empty line at its end
   * @param start where its first field begins
   */
  HttpFields(String text, int start) {
    this.text = text;
    this.start = start;
  }

  /** The value of the first field of that name; may be empty text. */
  Optional<String> first(String name) {
    int at = next(name, 0);
    return at < 0 ? Optional.empty() : Optional.of(value(at));
  }

  /** How many fields have that name. */
  int count(String name) {
    int count = 0;
    for (int at = next(name, 0); at >= 0; at = next(name, at)) {
      count++;
    }
    return count;
  }

  /** Where the value of the next field of that name begins; -1 if there is none. */
  int next(String name, int from) {
    int line = from == 0 ? start : lineAfter(from);
    while (text.charAt(line) != '\r') {
      int colon = line + name.length();
      if (text.regionMatches(true, line, name, 0, name.length()) && text.charAt(colon) == ':') {
        return colon + 1;
      }
      line = lineAfter(line);
    }
    return -1;
  }

  private int lineAfter(int at) {
    return text.indexOf('\n', at) + 1;
  }

  /** The value that begins there, without blanks around it. */
  String value(int at) {
    return Blanks.trim(text, at, text.indexOf('\r', at));
  }
}
