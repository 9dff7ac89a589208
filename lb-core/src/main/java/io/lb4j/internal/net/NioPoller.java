package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A {@link Selector} and what is registered with it. Ready keys are handled inside {@code
 * select(Consumer)}, which, unlike the selected-key set, allocates nothing per event.
 */
final class NioPoller implements Poller {
  /** What a key of this poller carries. */
  interface Attachment {
    void onKey(int readyOps);

    void onRebuilt(SelectionKey key);
  }

  private final Consumer<SelectionKey> dispatch = this::dispatch;
  private volatile Selector selector;
  private Runnable awake = () -> {};
  private boolean awakened;
  private ByteBuffer incoming; // for datagrams, null until one may come
  private ByteBuffer outgoing;

  NioPoller() throws IOException {
    selector = Selector.open();
  }

  @Override
  public int poll(long timeoutNanos, Runnable awake) throws IOException {
    this.awake = awake;
    awakened = false;
    int ready = select(timeoutNanos);
    wake();
    return ready;
  }

  private int select(long timeoutNanos) throws IOException {
    if (timeoutNanos <= 0) {
      return selector.selectNow(dispatch);
    }
    // Whole milliseconds, rounded up: a deadline is never met by polling faster and faster towards
    // it.
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos - 1) + 1);
    return selector.select(dispatch, millis);
  }

  private void wake() {
    if (!awakened) {
      awakened = true;
      awake.run();
    }
  }

  private void dispatch(SelectionKey key) {
    wake();
    int ops;
    try {
      ops = key.readyOps();
    } catch (CancelledKeyException closedByAnEarlierHandlerOfThisTurn) {
      return;
    }
    ((Attachment) key.attachment()).onKey(ops);
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public void rebuild() throws IOException {
    Selector old = selector;
    Selector fresh = Selector.open();
    for (SelectionKey key : old.keys()) {
      if (key.isValid()) {
        int ops = key.interestOps();
        Attachment attachment = (Attachment) key.attachment();
        SelectableChannel channel = key.channel();
        key.cancel();
        attachment.onRebuilt(channel.register(fresh, ops, attachment));
      }
    }
    selector = fresh;
    old.close();
  }

  SelectionKey register(SelectableChannel channel, int ops, Attachment attachment)
      throws IOException {
    return channel.register(selector, ops, attachment);
  }

  /** Where a datagram is received, at every port in turn. */
  ByteBuffer incoming() {
    if (incoming == null) {
      incoming = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES + 1);
    }
    return incoming.clear();
  }

  /** Where a datagram is written before it is sent, from every port in turn. */
  ByteBuffer outgoing() {
    if (outgoing == null) {
      outgoing = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES + 1);
    }
    return outgoing.clear();
  }

  @Override
  public ListenSocket listen(ListenRequest request, AcceptHandler handler) throws IOException {
    return new NioListenSocket(this, request, handler);
  }

  @Override
  public StreamSocket connect(ConnectRequest request) throws IOException {
    return NioStreamSocket.connect(this, request);
  }

  @Override
  public StreamSocket adopt(Accepted accepted, SocketSettings settings) throws IOException {
    return NioStreamSocket.adopt(this, ((NioAccepted) accepted).take(), settings);
  }

  @Override
  public DatagramPort openPort(DatagramPortRequest request, DatagramHandler handler)
      throws IOException {
    return new NioDatagramPort(this, request, handler);
  }

  @Override
  public DatagramLink openLink(ConnectRequest request) throws IOException {
    return new NioDatagramLink(this, request);
  }

  @Override
  public void close() throws IOException {
    List<SelectionKey> keys = new ArrayList<>(selector.keys());
    try {
      for (SelectionKey key : keys) {
        key.channel().close();
      }
    } finally {
      selector.close();
    }
  }
}
