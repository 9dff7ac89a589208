package io.lb4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A client of a virtual server whose members are {@link NamedServer}s; its flow is open until it
 * goes.
 */
final class Visitor implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket = new Socket();
  private final String host;

  private Visitor(SocketAddress server, String from) {
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
      socket.connect(server, TIMEOUT_MILLIS);
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      host = reader.readLine();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Comes from a loopback address and stays. */
  static Visitor stay(VirtualServer server, String from) {
    return stay(server.address(), from);
  }

  /** Comes from a loopback address and stays. */
  static Visitor stay(SocketAddress server, String from) {
    return new Visitor(server, from);
  }

  /** Comes from a loopback address, asks who is there, and goes. */
  static String ask(VirtualServer server, String from) {
    try (Visitor visitor = stay(server, from)) {
      return visitor.host();
    }
  }

  /** The name of the member that it was brought to. */
  String host() {
    return host;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
