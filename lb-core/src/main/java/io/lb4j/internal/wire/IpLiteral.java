package io.lb4j.internal.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads IP addresses as text, strictly: no zone, no shorthand. Looks nothing up. */
final class IpLiteral {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final String QUAD = OCTET + "(\\." + OCTET + "){3}";
  private static final String GROUP = "[0-9a-fA-F]{0,4}";
  private static final Pattern IPV4 = Pattern.compile(QUAD);
  private static final Pattern IPV6 =
      Pattern.compile("(" + GROUP + ":){2,8}(" + GROUP + "|" + QUAD + ")");

  private IpLiteral() {}

  /** Four numbers of 0..255 without leading zeros, a dot between them. */
  static Optional<InetAddress> ipv4(String text) {
    return read(text, IPV4);
  }

  /** RFC 4291, section 2.2, all three forms; one that stands for an IPv4 address becomes that. */
  static Optional<InetAddress> ipv6(String text) {
    return read(text, IPV6);
  }

  private static Optional<InetAddress> read(String text, Pattern shape) {
    if (!shape.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text)); // no resolver is asked for such a text
    } catch (UnknownHostException noLiteral) {
      return Optional.empty();
    }
  }
}
