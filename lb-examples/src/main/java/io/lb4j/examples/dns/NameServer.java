package io.lb4j.examples.dns;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** A name server at a loopback port, which gives the same address for any name it knows. */
public interface NameServer extends AutoCloseable {
  /** The name that each of them knows. */
  String NAME = "example.test";

  /** Where it listens. */
  int port();

  /** Ends it at once, as a kill does; nobody hears at its port any more. */
  @Override
  void close();

  /** A port for a server that is to be started there, and started again. */
  static int freePort() throws SocketException {
    try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(loopback(), 0))) {
      return probe.getLocalPort();
    }
  }

  /** Where they are. */
  static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
