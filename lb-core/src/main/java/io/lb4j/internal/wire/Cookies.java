package io.lb4j.internal.wire;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Cookies in the headers of requests and replies (RFC 6265). Names are compared with their case.
 */
final class Cookies {
  private static final Pattern NOT_POSITIVE = Pattern.compile("-[0-9]+|0+");
  private static final Pattern IN_1970 = Pattern.compile("[- ](1970|70) ");

  private Cookies() {}

  /** The first cookie of that name in the value of a {@code Cookie} header; may be empty text. */
  static Optional<String> find(String header, String name) {
    for (int start = 0; start < header.length(); ) {
      int end = pairEnd(header, start);
      if (isNamed(header, start, end, name)) {
        return Optional.of(value(header, start, end));
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  /**
   * What the value of a {@code Set-Cookie} header sets the cookie of that name to, empty text if it
   * takes it away; empty if it is about another.
   */
  static Optional<String> set(String header, String name) {
    int end = pairEnd(header, 0);
    if (!isNamed(header, 0, end, name)) {
      return Optional.empty();
    }
    return Optional.of(isExpired(header, end + 1) ? "" : value(header, 0, end));
  }

  /**
   * Whether the attributes say that the cookie is to go: a {@code Max-Age} that is not positive or,
   * without one, an {@code Expires} in 1970, which servers write for that.
   */
  private static boolean isExpired(String header, int from) {
    Optional<String> maxAge = attribute(header, from, "max-age");
    return maxAge.isPresent()
        ? NOT_POSITIVE.matcher(maxAge.get()).matches()
        : IN_1970.matcher(attribute(header, from, "expires").orElse("")).find();
  }

  /** The last attribute of that name counts. */
  private static Optional<String> attribute(String header, int from, String name) {
    Optional<String> last = Optional.empty();
    for (int start = from; start < header.length(); ) {
      int end = pairEnd(header, start);
      int equals = header.indexOf('=', start);
      if (equals >= 0
          && equals < end
          && Blanks.trim(header, start, equals).equalsIgnoreCase(name)) {
        last = Optional.of(Blanks.trim(header, equals + 1, end));
      }
      start = end + 1;
    }
    return last;
  }

  private static int pairEnd(String header, int start) {
    int end = header.indexOf(';', start);
    return end < 0 ? header.length() : end;
  }

  private static boolean isNamed(String header, int start, int end, String name) {
    int equals = header.indexOf('=', start);
    return equals >= 0 && equals < end && Blanks.trim(header, start, equals).equals(name);
  }

  /** Quotes around a value are not part of it, so that both headers give the same. */
  private static String value(String header, int start, int end) {
    String value = Blanks.trim(header, header.indexOf('=', start) + 1, end);
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
