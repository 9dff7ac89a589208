package io.lb4j.internal.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Whence a datagram came and which address of ours it was sent to, as plain numbers: filled in anew
 * for each datagram, so that to look up who sent it allocates nothing. IPv4 addresses are written
 * as IPv6 addresses that map them ({@code ::ffff:0:0/96}).
 */
public final class DatagramOrigin {
  private static final long IPV4_MASK = 0xffff_ffffL;
  private static final long IPV4_PREFIX = 0xffffL << 32;

  long clientHigh;
  long clientLow;
  int clientPort;
  int clientScope;
  long localHigh; // both 0 where the port is bound to one address
  long localLow;

  /** The client's address is an IPv4 one, given by its four bytes. */
  void clientIpv4(int address, int port) {
    client(0, IPV4_PREFIX | (address & IPV4_MASK), port, 0);
  }

  void client(long high, long low, int port, int scope) {
    clientHigh = high;
    clientLow = low;
    clientPort = port;
    clientScope = scope;
  }

  /** The address of ours that it was sent to is an IPv4 one, given by its four bytes. */
  void localIpv4(int address) {
    local(0, IPV4_PREFIX | (address & IPV4_MASK));
  }

  void local(long high, long low) {
    localHigh = high;
    localLow = low;
  }

  /** Takes the client's address from an object. */
  void client(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    client(DatagramPath.high(host), DatagramPath.low(host), address.getPort(), scopeOf(host));
  }

  private static int scopeOf(InetAddress host) {
    return host instanceof Inet6Address ipv6 ? ipv6.getScopeId() : 0;
  }

  /** This, to keep. */
  public DatagramPath toPath() {
    return new DatagramPath(this);
  }
}
