package io.lb4j.internal.util;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Addresses of sockets, written for people. */
public final class Addresses {
  private Addresses() {}

  /** An address such as {@code 10.0.0.1:80}, {@code [2001:db8:0:0:0:0:0:1]:80} or a path. */
  public static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      String host = inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
      return host.indexOf(':') >= 0
          ? "[" + host + "]:" + inet.getPort()
          : host + ":" + inet.getPort();
    }
    if (address instanceof UnixDomainSocketAddress unix) {
      return "unix:" + unix.getPath();
    }
    return String.valueOf(address);
  }
}
