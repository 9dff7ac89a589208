package io.lb4j.internal.util;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IP network in the notation of RFC 4632 and RFC 4291: {@code 10.0.0.0/8}, {@code
 * 2001:db8::/32}; a lone address is a network of itself. A network of IPv4-mapped IPv6 addresses,
 * {@code ::ffff:10.0.0.0/104}, is the IPv4 network.
 *
 * @param high the first 64 bits of an IPv6 network; 0 for IPv4
 * @param low the last 64 bits of an IPv6 network, or the 32 of an IPv4 network
 * @param prefixBits how many bits count, 0..32 or 0..128; the others are zero
 * @param ipv4 the family
 */
public record Cidr(long high, long low, int prefixBits, boolean ipv4) {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]+");
  private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final int MAPPED_BITS = 96;

  /**
   * Reads one. Nothing is resolved.
   *
   * @throws IllegalArgumentException if it is no network, or has bits beyond its prefix: then
   *     nobody knows whether the network or the address was meant
   */
  public static Cidr parse(String text) {
    int slash = Checks.present("network", text).indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = literal(text, host);
    boolean ipv4 = address instanceof Inet4Address;
    boolean mapped = ipv4 && host.indexOf(':') >= 0;
    int most = ipv4 && !mapped ? 32 : 128;
    int written = slash < 0 ? most : prefix(text, text.substring(slash + 1), most);
    int prefix = mapped ? written - MAPPED_BITS : written;
    if (prefix < 0) { // what makes it IPv4 is beyond the prefix
      throw malformed(text);
    }
    Cidr network = cut(IpBits.high(address), IpBits.low(address), prefix, ipv4);
    if (network.high != IpBits.high(address) || network.low != IpBits.low(address)) {
      throw Checks.bad("network", text, "no bits beyond the prefix: " + network);
    }
    return network;
  }

  private static Cidr cut(long high, long low, int prefix, boolean ipv4) {
    int ofLow = ipv4 ? prefix + 32 : Math.max(prefix - 64, 0);
    return new Cidr(high & mask(Math.min(prefix, 64)), low & mask(ofLow), prefix, ipv4);
  }

  private static InetAddress literal(String text, String host) {
    if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
      throw malformed(text);
    }
    try {
      return InetAddress.getByName(host); // nor is a resolver asked for what has a colon
    } catch (UnknownHostException noLiteral) {
      throw malformed(text);
    }
  }

  private static int prefix(String text, String digits, int most) {
    if (!PREFIX.matcher(digits).matches() || Integer.parseInt(digits) > most) {
      throw malformed(text);
    }
    return Integer.parseInt(digits);
  }

  private static IllegalArgumentException malformed(String text) {
    return Checks.bad("network", text, "an IP network such as 10.0.0.0/8 or 2001:db8::/32");
  }

  /** The first {@code length} of 64 bits. */
  private static long mask(int length) {
    return length == 0 ? 0 : -1L << (64 - length);
  }

  /** The first 64 bits of its last address. */
  long lastHigh() {
    return ipv4 ? 0 : high | ~mask(Math.min(prefixBits, 64));
  }

  /** The last 64 bits of its last address, or the 32 of an IPv4 network. */
  long lastLow() {
    return ipv4
        ? low | (~mask(prefixBits + 32) & 0xffff_ffffL)
        : low | ~mask(Math.max(prefixBits - 64, 0));
  }

  /** As it is written, such as {@code 10.0.0.0/8}; without the prefix if that is all bits. */
  @Override
  public String toString() {
    String address = IpBits.address(high, low, ipv4).getHostAddress();
    return prefixBits == (ipv4 ? 32 : 128) ? address : address + "/" + prefixBits;
  }
}
