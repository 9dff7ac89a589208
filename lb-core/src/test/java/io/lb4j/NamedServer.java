package io.lb4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A member on loopback that says its name to whoever connects, and ends its stream. It listens on
 * an address that connections do not come from, so that its port stays free while it is closed.
 */
final class NamedServer implements AutoCloseable {
  static final String HOST = "127.0.0.77";

  private final String name;
  private final ServerSocket socket;
  private final Thread thread;
  private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  private NamedServer(String name, int port) {
    this.name = name;
    try {
      socket = new ServerSocket(port, 1000, InetAddress.getByName(HOST));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    thread = new Thread(this::serve, "server-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  static NamedServer open(String name) {
    return new NamedServer(name, 0);
  }

  /** A server where another one was. */
  static NamedServer openAt(String name, int port) {
    return new NamedServer(name, port);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        greet(socket.accept());
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void greet(Socket client) {
    accepted.add(client);
    connections.incrementAndGet();
    try {
      client.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
    } catch (IOException gone) {
      accepted.remove(client); // a probe hangs up at once
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  MemberSpec spec() {
    return MemberSpec.of(HOST, port());
  }

  /** How many have connected so far, probes included. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      socket.close();
      thread.join(); // until then the system may still take a connection for it
      for (Socket client : accepted) {
        client.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
