package io.lb4j.benchmarks.monitors;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Accepts on every loopback address, one client at a time, and echoes what it sends until it ends.
 */
final class LoopbackServer implements Closeable {
  private static final int BACKLOG = 4096;

  private final ServerSocketChannel listener;

  LoopbackServer(String name) throws IOException {
    listener = ServerSocketChannel.open().bind(new InetSocketAddress("0.0.0.0", 0), BACKLOG);
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        while (client.read(buffer) >= 0) {
          client.write(buffer.flip());
          buffer.clear();
        }
      } catch (IOException gone) {
        buffer.clear(); // the next one
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
