package io.lb4j.internal.util;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IP addresses as numbers: two longs, of which IPv4 needs the lower half of the second. */
final class IpBits {
  private static final long IPV4_MASK = 0xffff_ffffL;

  private IpBits() {}

  /** The first 64 bits of an IPv6 address; 0 for IPv4. */
  static long high(InetAddress address) {
    return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
  }

  /** The last 64 bits of an IPv6 address, or the 32 of an IPv4 address. */
  static long low(InetAddress address) {
    return address instanceof Inet4Address
        ? address.hashCode() & IPV4_MASK // its bits, without a copy of them
        : ByteBuffer.wrap(address.getAddress()).getLong(8);
  }

  /** Whether it is an IPv4 address that is written as an IPv6 address, {@code ::ffff:0:0/96}. */
  static boolean isMapped(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** The IPv4 address that is mapped to IPv6. */
  static long unmapped(long low) {
    return low & IPV4_MASK;
  }

  static InetAddress address(long high, long low, boolean ipv4) {
    ByteBuffer octets =
        ipv4
            ? ByteBuffer.allocate(4).putInt((int) low)
            : ByteBuffer.allocate(16).putLong(high).putLong(low);
    try {
      return InetAddress.getByAddress(octets.array());
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }
}
