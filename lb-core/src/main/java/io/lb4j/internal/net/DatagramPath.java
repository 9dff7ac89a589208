package io.lb4j.internal.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The two ends between which a client and we exchange datagrams: its address, and the one of ours
 * that it sends to. Immutable; replies leave from that address.
 */
public final class DatagramPath {
  private static final long IPV4_MASK = 0xffff_ffffL;
  private static final long IPV4_PREFIX = 0xffffL << 32;

  private final long clientHigh;
  private final long clientLow;
  private final int clientScope;
  private final char clientPort;
  private final long localHigh;
  private final long localLow;
  private InetSocketAddress client; // made by whoever asks first: immutable, and always the same

  DatagramPath(DatagramOrigin origin) {
    clientHigh = origin.clientHigh;
    clientLow = origin.clientLow;
    clientPort = (char) origin.clientPort;
    clientScope = origin.clientScope;
    localHigh = origin.localHigh;
    localLow = origin.localLow;
  }

  /** Whether a datagram came on this path. */
  boolean isOf(DatagramOrigin origin) {
    return clientLow == origin.clientLow
        && clientPort == origin.clientPort
        && clientHigh == origin.clientHigh
        && localLow == origin.localLow
        && localHigh == origin.localHigh
        && clientScope == origin.clientScope;
  }

  /** The client's address. Any thread. */
  public InetSocketAddress client() {
    InetSocketAddress known = client;
    if (known == null) {
      known = new InetSocketAddress(address(clientHigh, clientLow, clientScope), clientPort);
      client = known;
    }
    return known;
  }

  /** The address of ours that it sends to, where the port is bound to all. Any thread. */
  public Optional<InetAddress> local() {
    return localHigh == 0 && localLow == 0
        ? Optional.empty()
        : Optional.of(address(localHigh, localLow, 0));
  }

  long clientHigh() {
    return clientHigh;
  }

  long clientLow() {
    return clientLow;
  }

  int clientPort() {
    return clientPort;
  }

  int clientScope() {
    return clientScope;
  }

  long localHigh() {
    return localHigh;
  }

  long localLow() {
    return localLow;
  }

  /** Whether these 128 bits stand for an IPv4 address, which is then the last 32 of them. */
  static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  static long high(InetAddress address) {
    return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
  }

  static long low(InetAddress address) {
    return address instanceof Inet4Address
        ? IPV4_PREFIX | (address.hashCode() & IPV4_MASK) // its bits, without a copy of them
        : ByteBuffer.wrap(address.getAddress()).getLong(Long.BYTES);
  }

  private static InetAddress address(long high, long low, int scope) {
    ByteBuffer octets = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low);
    try {
      return scope == 0
          ? InetAddress.getByAddress(octets.array()) // IPv4 too, if that is what it stands for
          : Inet6Address.getByAddress(null, octets.array(), scope);
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  @Override
  public String toString() {
    return client() + local().map(own -> " -> " + own).orElse("");
  }
}
