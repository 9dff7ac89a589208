package io.lb4j.internal.net;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/**
 * The address of a peer, which takes a sixth of the memory until someone asks for it. Nearly every
 * peer has an IPv4 address, and of most flows nobody ever asks.
 */
final class PeerAddress {
  private final int ipv4;
  private final char port;
  private SocketAddress address; // written by whoever asks first: immutable, and always the same

  private PeerAddress(int ipv4, char port, SocketAddress address) {
    this.ipv4 = ipv4;
    this.port = port;
    this.address = address;
  }

  static PeerAddress ofIpv4(int ipv4, int port) {
    return new PeerAddress(ipv4, (char) port, null);
  }

  static PeerAddress of(SocketAddress address) {
    if (address instanceof InetSocketAddress inet
        && inet.getAddress() instanceof Inet4Address host) {
      byte[] bytes = host.getAddress();
      int ipv4 = ByteBuffer.wrap(bytes).getInt();
      return new PeerAddress(ipv4, (char) inet.getPort(), address);
    }
    return new PeerAddress(0, (char) 0, address);
  }

  /** The four bytes of an IPv4 address, the first of which is the highest. */
  int ipv4() {
    return ipv4;
  }

  int port() {
    return port;
  }

  boolean isUnix() {
    return address instanceof UnixDomainSocketAddress;
  }

  SocketAddress get() {
    SocketAddress known = address;
    if (known == null) {
      known = SockAddr.ipv4Address(ipv4, port);
      address = known;
    }
    return known;
  }
}
