package io.lb4j.internal.wire;

import java.util.Locale;
import java.util.Optional;

/**
 * Which server names count. A name is sent in ASCII, without a dot at its end, and is no IP address
 * (RFC 6066, section 3). What differs, or has other characters than letters, digits, hyphens,
 * underscores and dots, is no name: the hello is good all the same. So is a list with two names of
 * a host, of which a member might take either.
 */
final class TlsServerName {
  private static final int LONGEST = 255;

  private TlsServerName() {}

  /** The name as it is looked up, in lower case; empty if it does not count. */
  static Optional<String> of(String sent) {
    boolean counts =
        !sent.isEmpty()
            && sent.length() <= LONGEST
            && !sent.startsWith(".")
            && !sent.endsWith(".")
            && !sent.contains("..")
            && sent.chars().allMatch(TlsServerName::isAllowed)
            && !looksLikeAddress(sent);
    return counts ? Optional.of(sent.toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  private static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }

  /** No top-level domain is a number, and colons are not allowed anyway. */
  private static boolean looksLikeAddress(String name) {
    return name.substring(name.lastIndexOf('.') + 1).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
