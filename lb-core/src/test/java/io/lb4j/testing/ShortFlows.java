package io.lb4j.testing;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A load of short flows: so many clients at any moment, each of which asks once, gets its answer
 * from a {@link LateMember}, and makes room for the next one. All on one thread.
 */
public final class ShortFlows implements AutoCloseable {
  private final SocketAddress address;
  private final int atOnce;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "short-flows");
  private final ByteBuffer buffer = ByteBuffer.allocate(2 * LateMember.ANSWER_BYTES);
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean paused;
  private volatile boolean closed;
  private long asked;

  /** Begins to load an address with so many flows at once. */
  public ShortFlows(SocketAddress address, int atOnce) throws IOException {
    this.address = address;
    this.atOnce = atOnce;
    this.selector = Selector.open();
    thread.setDaemon(true);
    thread.start();
  }

  private static final class Client {
    final long number;
    final ByteBuffer answer = ByteBuffer.allocate(LateMember.ANSWER_BYTES + 1);

    Client(long number) {
      this.number = number;
    }
  }

  private void run() {
    try {
      while (!closed) {
        while (!paused && open.get() < atOnce) {
          open.incrementAndGet();
          begin();
        }
        selector.select(this::onReady, 10);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException failure) {
      failures.add("the load itself: " + failure);
    }
  }

  private void begin() throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, new Client(asked++));
    try {
      if (channel.connect(address)) {
        ask(key);
      }
    } catch (IOException refused) {
      end(key, "connect: " + refused.getMessage());
    }
  }

  private void onReady(SelectionKey key) {
    try {
      if (key.isConnectable()) {
        ((SocketChannel) key.channel()).finishConnect();
        ask(key);
      } else {
        read(key);
      }
    } catch (IOException failure) {
      end(key, failure.getMessage());
    }
  }

  private void ask(SelectionKey key) throws IOException {
    buffer.clear().putLong(((Client) key.attachment()).number).flip();
    ((SocketChannel) key.channel()).write(buffer);
    key.interestOps(SelectionKey.OP_READ);
  }

  private void read(SelectionKey key) throws IOException {
    Client client = (Client) key.attachment();
    ByteBuffer answer = client.answer;
    if (((SocketChannel) key.channel()).read(answer) >= 0) {
      if (!answer.hasRemaining()) {
        end(key, "more than an answer");
      }
      return;
    }
    answer.flip();
    if (answer.remaining() < LateMember.ANSWER_BYTES) {
      end(key, "ended after " + answer.remaining() + " bytes");
    } else if (answer.getLong() != client.number) {
      end(key, "another flow's answer");
    } else {
      answers.computeIfAbsent(answer.getInt(), name -> new LongAdder()).increment();
      end(key, "");
    }
  }

  private void end(SelectionKey key, String failure) {
    try {
      key.channel().close();
    } catch (IOException impossible) {
      failures.add(impossible.toString());
    }
    if (!failure.isEmpty()) {
      failures.add(failure);
    }
    open.decrementAndGet();
  }

  /** Begins no further flow and waits until none is open. */
  public void pause() {
    paused = true;
    Await.until("no flow of the load to be open", () -> open.get() == 0);
  }

  /** Goes on after a pause. */
  public void resume() {
    paused = false;
  }

  /** Waits until so many more flows have been answered. */
  public void await(int more) {
    long before = answered();
    Await.until(more + " more answers", () -> answered() >= before + more);
  }

  /** How many flows have been answered. */
  public long answered() {
    return answers.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** How many of them a member has answered. */
  public long answeredBy(int name) {
    LongAdder counted = answers.get(name);
    return counted == null ? 0 : counted.sum();
  }

  /** What went wrong, flow by flow. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    Await.until("the thread of the load to end", () -> !thread.isAlive());
  }
}
