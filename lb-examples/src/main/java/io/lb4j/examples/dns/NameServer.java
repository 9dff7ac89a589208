package io.lb4j.examples.dns;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A name server at a loopback port, which gives the same address for any name it knows. */
public interface NameServer extends AutoCloseable {
  /** The name that each of them knows. */
  String NAME = "example.test";

  /** How many ports are tried until one is free for both. */
  int MOST_ATTEMPTS = 20;

  /** Where it listens. */
  int port();

  /** Ends it at once, as a kill does; nobody hears at its port any more. */
  @Override
  void close();

  /** A port, of UDP and TCP, for a server that is to be started there, and started again. */
  static int freePort() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (ServerSocket tcp = new ServerSocket(0, 1, loopback());
          DatagramSocket udp =
              new DatagramSocket(new InetSocketAddress(loopback(), tcp.getLocalPort()))) {
        return udp.getLocalPort();
      } catch (BindException taken) {
        if (attempt == MOST_ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  /** Where they are. */
  static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
