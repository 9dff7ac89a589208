package io.lb4j;

import io.lb4j.internal.balance.XxHash64;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * An IP network as a map key: the address bits that count, the others zero.
 *
 * @param high the first 64 bits of an IPv6 address; 0 for IPv4
 * @param low the last 64 bits of an IPv6 address, or the 32 of an IPv4 address
 * @param prefixBits how many bits count
 * @param ipv4 the family
 */
record AddressKey(long high, long low, int prefixBits, boolean ipv4) implements FlowKey {
  static AddressKey of(InetAddress address, int ipv4Prefix, int ipv6Prefix) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return new AddressKey(0, bits(bytes, 0, 4) & (mask(ipv4Prefix) >>> 32), ipv4Prefix, true);
    }
    long high = bits(bytes, 0, 8) & mask(Math.min(ipv6Prefix, 64));
    long low = bits(bytes, 8, 16) & mask(Math.max(ipv6Prefix - 64, 0));
    return new AddressKey(high, low, ipv6Prefix, false);
  }

  /** The hash of the key that {@link #of} gives, without making it. */
  static long xxHash64(InetAddress address, int ipv4Prefix, int ipv6Prefix) {
    if (address instanceof Inet4Address) { // whose hash code is its 32 bits, without a copy of them
      return XxHash64.ofInt(address.hashCode() & (int) (mask(ipv4Prefix) >>> 32));
    }
    byte[] bytes = address.getAddress();
    return XxHash64.ofLongs(
        bits(bytes, 0, 8) & mask(Math.min(ipv6Prefix, 64)),
        bits(bytes, 8, 16) & mask(Math.max(ipv6Prefix - 64, 0)));
  }

  /** XXH64 of its octets. */
  long xxHash64() {
    return ipv4 ? XxHash64.ofInt((int) low) : XxHash64.ofLongs(high, low);
  }

  /** The bits of a socket address's host, folded into one; 0 for an address that is not IP. */
  static long fold(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      if (inet.getAddress() instanceof Inet4Address ipv4) {
        return Integer.toUnsignedLong(ipv4.hashCode()); // its 32 bits, without a copy of them
      }
      byte[] bytes = inet.getAddress().getAddress();
      return bits(bytes, 0, 8) * 31 + bits(bytes, 8, 16);
    }
    return 0;
  }

  private static long bits(byte[] bytes, int from, int to) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits = (bits << 8) | (bytes[i] & 0xff);
    }
    return bits;
  }

  /** The first {@code length} of 64 bits. */
  private static long mask(int length) {
    return length == 0 ? 0 : -1L << (64 - length);
  }

  @Override
  public byte[] octets() {
    byte[] octets = new byte[ipv4 ? 4 : 16];
    for (int i = 0; i < octets.length; i++) {
      int shift = 8 * (octets.length - 1 - i);
      octets[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
    }
    return octets;
  }

  @Override
  public String toString() {
    byte[] bytes = octets();
    try {
      String text = InetAddress.getByAddress(bytes).getHostAddress();
      return prefixBits == bytes.length * 8 ? text : text + "/" + prefixBits;
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }
}
