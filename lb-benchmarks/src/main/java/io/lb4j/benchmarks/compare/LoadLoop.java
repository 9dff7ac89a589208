package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** What the flows of one run share: the thread's selector, a buffer, the tally, the proxy. */
final class LoadLoop {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int DIALS_PER_TURN = 64;
  private static final int TURN_MILLIS = 10;

  private final Selector selector;
  private final SocketAddress proxy;
  private final Tally tally = new Tally();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Queue<LoadFlow> toDial = new ArrayDeque<>();

  LoadLoop(Selector selector, SocketAddress proxy) {
    this.selector = selector;
    this.proxy = proxy;
  }

  SocketAddress proxy() {
    return proxy;
  }

  Tally tally() {
    return tally;
  }

  /** Emptied, with room for anything; what it holds is no matter. */
  ByteBuffer buffer() {
    return buffer.clear();
  }

  SelectionKey register(SocketChannel channel, int interest, LoadFlow flow) throws IOException {
    return channel.register(selector, interest, flow);
  }

  /** Has a flow connect, in this turn or a later one. */
  void dialSoon(LoadFlow flow) {
    toDial.add(flow);
  }

  /** Nothing more is to be connected. */
  void forgetDials() {
    toDial.clear();
  }

  /** Drives the flows until there is nothing left to do or the time is over. */
  void runUntil(long deadlineNanos, BooleanSupplier done) throws IOException {
    while (!done.getAsBoolean() && System.nanoTime() - deadlineNanos < 0) {
      dial();
      selector.select(LoadLoop::onReady, TURN_MILLIS);
    }
  }

  private static void onReady(SelectionKey key) {
    ((LoadFlow) key.attachment()).select();
  }

  /** A flow that is refused waits for the next turn, so that errors do not take all the time. */
  private void dial() {
    for (int left = Math.min(toDial.size(), DIALS_PER_TURN); left > 0; left--) {
      toDial.remove().dial();
    }
  }
}
