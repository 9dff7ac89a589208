package io.lb4j.testing;

import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses of this machine that nobody else reaches. */
public final class Loopback {
  private Loopback() {}

  /** A free port of 127.0.0.1. */
  public static InetSocketAddress anyPort() {
    return port(1, 0);
  }

  /** A port of 127.0.0.{@code host}; 0 for a free one. */
  public static InetSocketAddress port(int host, int port) {
    try {
      InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** {@code ::1}, if this machine has it. */
  public static Optional<InetAddress> ipv6() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet6Address && address.isLoopbackAddress())
        .findFirst();
  }
}
