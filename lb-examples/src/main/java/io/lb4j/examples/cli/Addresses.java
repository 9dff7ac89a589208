package io.lb4j.examples.cli;

import io.lb4j.ServiceAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Between the addresses of sockets and those of the command line. */
final class Addresses {
  private Addresses() {}

  /** A socket's address the way it is written on the command line. */
  static ServiceAddress of(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress unix) {
      return ServiceAddress.unix(unix.getPath());
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    return ServiceAddress.of(inet.getAddress().getHostAddress(), inet.getPort());
  }

  /** An address to listen on with a plain socket. */
  static InetSocketAddress toInet(ServiceAddress address) {
    return new InetSocketAddress(address.host(), address.port());
  }
}
