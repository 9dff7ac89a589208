package io.lb4j.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Very many clients on one thread, and the member that echoes them on another, so that the peers
 * take hardly any memory themselves. Every other client reads nothing before it has sent
 * everything. Each checks its echo byte by byte.
 */
public final class Crowd implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final List<Client> clients = new ArrayList<>();
  private final Selector selector;
  private final Random random;
  private final byte[] text;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /**
   * Connects a crowd.
   *
   * @param bytesEach how much each client sends at most
   */
  public Crowd(SocketAddress address, int size, int bytesEach, long seed) throws IOException {
    selector = Selector.open();
    random = new Random(seed);
    text = Data.random(seed, 2 * bytesEach).bytes();
    for (int i = 0; i < size; i++) {
      SocketChannel channel = SocketChannel.open(address);
      channel.configureBlocking(false);
      Client client = new Client(channel, random.nextInt(bytesEach), 1 + random.nextInt(bytesEach));
      client.key = channel.register(selector, 0, client);
      clients.add(client);
      client.watch();
    }
  }

  private final class Client {
    final SocketChannel channel;
    final int offset;
    final int length;
    final boolean readsLate = clients.size() % 2 == 1;
    SelectionKey key;
    int sent;
    int received;

    Client(SocketChannel channel, int offset, int length) {
      this.channel = channel;
      this.offset = offset;
      this.length = length;
    }

    void watch() {
      boolean sends = sent < length;
      boolean reads = !sends || !readsLate;
      key.interestOps((sends ? SelectionKey.OP_WRITE : 0) | (reads ? SelectionKey.OP_READ : 0));
    }

    void onReady() throws IOException {
      if (key.isWritable()) {
        int most = 1 << random.nextInt(15); // writes of every size
        int piece = Math.min(1 + random.nextInt(most), length - sent);
        buffer.clear().put(text, offset + sent, piece).flip();
        sent += channel.write(buffer);
        if (sent == length) {
          channel.shutdownOutput();
        }
      }
      if (key.isReadable()) {
        if (channel.read(buffer.clear()) < 0) {
          finish();
          return;
        }
        buffer.flip();
        ByteBuffer expected = ByteBuffer.wrap(text, offset + received, buffer.remaining());
        if (received + buffer.remaining() > length || !buffer.equals(expected)) {
          throw new AssertionError(this + ": not the bytes that were sent");
        }
        received += buffer.remaining();
      }
      watch();
    }

    private void finish() throws IOException {
      channel.close();
      if (received < length) {
        throw new AssertionError(this + ": ended early");
      }
    }

    @Override
    public String toString() {
      return "client with " + sent + " sent and " + received + " received of " + length;
    }
  }

  /** Runs until all have had everything back. */
  public void run() throws IOException {
    while (clients.stream().anyMatch(client -> client.channel.isOpen())) {
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        ((Client) key.attachment()).onReady();
      }
      selector.selectedKeys().clear();
    }
  }

  @Override
  public void close() throws IOException {
    for (Client client : clients) {
      client.channel.close();
    }
    selector.close();
  }

  /** The member: echoes every connection on one thread. */
  public static final class Member implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Thread thread = new Thread(this::run, "crowd-member");
    private volatile Optional<IOException> failure = Optional.empty();

    /** Listens on a free port of 127.0.0.1. */
    public Member() throws IOException {
      listener = ServerSocketChannel.open().bind(Loopback.anyPort(), 4096);
      selector = Selector.open();
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      thread.setDaemon(true);
      thread.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() throws IOException {
      return (InetSocketAddress) listener.getLocalAddress();
    }

    private void run() {
      try {
        while (listener.isOpen()) {
          selector.select(this::onReady, 100);
        }
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
        selector.close();
      } catch (IOException failed) {
        failure = Optional.of(failed);
      }
    }

    private void onReady(SelectionKey key) {
      try {
        if (key.isAcceptable()) {
          SocketChannel channel = listener.accept();
          channel.configureBlocking(false);
          channel.register(selector, SelectionKey.OP_READ);
        } else if (key.isWritable()) {
          write(key, (ByteBuffer) key.attachment());
        } else if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
          key.channel().close();
        } else {
          write(key, buffer.flip());
        }
      } catch (IOException failed) {
        failure = Optional.of(failed);
      }
    }

    private void write(SelectionKey key, ByteBuffer bytes) throws IOException {
      ((SocketChannel) key.channel()).write(bytes);
      if (bytes.hasRemaining() && bytes.isDirect()) {
        key.attach(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
      }
      key.interestOps(bytes.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    @Override
    public void close() throws IOException {
      listener.close();
      selector.wakeup();
      Await.until("the thread of the member to end", () -> !thread.isAlive());
      if (failure.isPresent()) {
        throw failure.get();
      }
    }
  }
}
