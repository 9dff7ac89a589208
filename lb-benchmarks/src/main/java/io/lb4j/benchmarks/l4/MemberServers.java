package io.lb4j.benchmarks.l4;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The servers that members stand for: several ports, all served by one thread. One thread, so that
 * the servers cost the same whether one port is used ({@code direct}) or all of them.
 */
final class MemberServers implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int BACKLOG = 4096;

  private final Selector selector = Selector.open();
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer padding = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread = new Thread(this::serve, "member-servers");
  private volatile boolean closing;

  private MemberServers() throws IOException {}

  /** Starts servers at free ports of the loopback interface. */
  static MemberServers start(int count) throws IOException {
    MemberServers servers = new MemberServers();
    for (int i = 0; i < count; i++) {
      servers.listen();
    }
    servers.thread.start();
    return servers;
  }

  private void listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    channel.register(selector, SelectionKey.OP_ACCEPT);
    addresses.add((InetSocketAddress) channel.getLocalAddress());
  }

  /** Where they listen. */
  List<InetSocketAddress> addresses() {
    return addresses;
  }

  private void serve() {
    try {
      while (!closing) {
        selector.select(this::onReady);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      selector.keys().forEach(key -> closeUnchecked(key.channel()));
      closeUnchecked(selector);
    }
  }

  private void onReady(SelectionKey key) {
    if (key.channel() instanceof ServerSocketChannel listening) {
      accept(listening);
    } else {
      ((ServedFlow) key.attachment()).onReady(incoming, padding);
    }
  }

  private void accept(ServerSocketChannel listening) {
    try {
      SocketChannel channel = listening.accept();
      if (channel != null) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        key.attach(new ServedFlow(channel, key));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void closeUnchecked(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
