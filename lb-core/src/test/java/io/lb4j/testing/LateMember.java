package io.lb4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers a question of 8 bytes, after a while, with the same 8 bytes and its name,
 * and ends the connection. One thread serves all. It can be a process of its own.
 */
public final class LateMember implements AutoCloseable {
  static final int QUESTION_BYTES = Long.BYTES;
  static final int ANSWER_BYTES = QUESTION_BYTES + Integer.BYTES;

  /** An address that connections do not come from, so that its ports stay free. */
  private static final int HOST = 77;

  private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final int name;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "late-member");
  private final Deque<Answer> answers = new ArrayDeque<>();
  private volatile boolean closed;

  private record Answer(long dueNanos, SocketChannel channel, ByteBuffer bytes) {}

  /** Listens at a port; 0 for any free one. */
  public LateMember(int name, int port) throws IOException {
    this.name = name;
    listener = ServerSocketChannel.open().bind(Loopback.port(HOST, port), 1024);
    selector = Selector.open();
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    thread.start();
  }

  /** Name and port; runs until its input ends. */
  public static void main(String[] arguments) throws IOException {
    try (LateMember member =
        new LateMember(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println("listening " + member.address().getPort());
      while (System.in.read() >= 0) {}
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    try {
      return (InetSocketAddress) listener.getLocalAddress();
    } catch (IOException closedAlready) {
      throw new UncheckedIOException(closedAlready);
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::onReady, millisToAnswer());
        answerAllDue();
      }
      listener.close();
      for (SelectionKey key : selector.keys()) {
        if (key.channel() instanceof SocketChannel asking && asking.isOpen()) {
          asking.setOption(StandardSocketOptions.SO_LINGER, 0); // a reset
          asking.close();
        }
      }
      selector.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private long millisToAnswer() {
    long nanos = answers.isEmpty() ? DELAY_NANOS : answers.peek().dueNanos() - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  private void onReady(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept();
      } else {
        read(key);
      }
    } catch (IOException gone) {
      close((SocketChannel) key.channel());
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = listener.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(ANSWER_BYTES));
    }
  }

  private void read(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer bytes = (ByteBuffer) key.attachment();
    if (channel.read(bytes) < 0) {
      channel.close(); // a probe, or a client that has gone
    } else if (bytes.position() == QUESTION_BYTES) {
      bytes.putInt(name).flip();
      key.interestOps(0);
      answers.add(new Answer(System.nanoTime() + DELAY_NANOS, channel, bytes));
    }
  }

  private void answerAllDue() {
    while (!answers.isEmpty() && answers.peek().dueNanos() - System.nanoTime() <= 0) {
      Answer answer = answers.poll();
      try {
        answer.channel().write(answer.bytes());
      } catch (IOException gone) {
        close(answer.channel());
      }
      close(answer.channel());
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Stops listening and resets every connection. Its thread does it: a port is free only when the
   * selector has let its listener go, and a key that is cancelled under a thread would end it.
   */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    Await.until("the thread of the member to end", () -> !thread.isAlive());
  }
}
