package io.lb4j.internal.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Two IP addresses with their ports, made one family: beside an IPv6 address an IPv4 address is
 * written as the IPv6 address that stands for it, {@code ::ffff:0:0/96}.
 */
record IpPair(InetSocketAddress from, InetSocketAddress to) {
  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  /** Empty unless both are IP addresses. */
  static Optional<IpPair> of(SocketAddress source, SocketAddress destination) {
    return source instanceof InetSocketAddress from
            && destination instanceof InetSocketAddress to
            && !from.isUnresolved()
            && !to.isUnresolved()
        ? Optional.of(new IpPair(from, to))
        : Optional.empty();
  }

  boolean ipv6() {
    return !(from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address);
  }

  int sourcePort() {
    return from.getPort();
  }

  int destinationPort() {
    return to.getPort();
  }

  String sourceText() {
    return text(from.getAddress());
  }

  String destinationText() {
    return text(to.getAddress());
  }

  /** How many octets both have as a PROXY header of version 2 writes them. */
  int length() {
    return 2 * (ipv6() ? IPV6_OCTETS : IPV4_OCTETS) + 4;
  }

  /** Both addresses, then both ports. */
  void write(ByteBuffer out) {
    out.put(octets(from.getAddress())).put(octets(to.getAddress()));
    out.putShort((short) sourcePort()).putShort((short) destinationPort());
  }

  private byte[] octets(InetAddress address) {
    byte[] octets = address.getAddress();
    if (!ipv6() || octets.length == IPV6_OCTETS) {
      return octets;
    }
    ByteBuffer mapped = ByteBuffer.allocate(IPV6_OCTETS);
    mapped.putShort(IPV6_OCTETS - IPV4_OCTETS - 2, (short) 0xFFFF);
    return mapped.put(IPV6_OCTETS - IPV4_OCTETS, octets).array();
  }

  /** Without zone, and without dots in an IPv6 address, as not every receiver knows these. */
  private String text(InetAddress address) {
    if (!ipv6()) {
      return address.getHostAddress();
    }
    ByteBuffer octets = ByteBuffer.wrap(octets(address));
    StringJoiner groups = new StringJoiner(":");
    while (octets.hasRemaining()) {
      groups.add(Integer.toHexString(octets.getShort() & 0xFFFF));
    }
    return groups.toString();
  }
}
