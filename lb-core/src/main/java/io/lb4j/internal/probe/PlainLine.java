package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connected socket. One read for each time that it is ready, so that a peer that never stops
 * sending does not hold up others. A write that fails is no failure of the line: what the peer said
 * before it went may still be unread, and the reads tell how it ended.
 */
final class PlainLine implements Line, ReadyHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PlainLine.class);
  private static final int READ_BYTES = 16 * 1024;

  private final EventLoop loop;
  private final StreamSocket socket;
  private final Listener listener;
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
  private boolean reading = true;
  private boolean outputGone;
  private boolean closed;

  PlainLine(EventLoop loop, StreamSocket socket, Listener listener) {
    this.loop = loop;
    this.socket = socket;
    this.listener = listener;
  }

  @Override
  public void open() {
    loop.buffers().prepare();
    watch();
    if (!closed) {
      listener.onOpen();
    }
  }

  /** Reads, or lets the system keep what comes. */
  void reading(boolean wanted) {
    reading = wanted;
    watch();
  }

  private void watch() {
    if (closed) {
      return;
    }
    try {
      socket.watch(this, reading, !unsent.isEmpty());
    } catch (IOException failure) {
      fail(failure);
    }
  }

  @Override
  public void send(byte[] bytes) {
    if (closed || outputGone) {
      return;
    }
    boolean first = unsent.isEmpty();
    unsent.add(ByteBuffer.wrap(bytes));
    if (first) {
      write();
    }
  }

  private void write() {
    try {
      while (!unsent.isEmpty()) {
        ByteBuffer next = unsent.peek();
        if (next.hasRemaining() && loop.buffers().write(socket, next) == 0) {
          break;
        }
        if (!next.hasRemaining()) {
          unsent.remove();
        }
      }
    } catch (IOException gone) {
      LOG.trace("a probe's peer takes nothing more", gone);
      outputGone = true;
      unsent.clear();
    }
    watch();
  }

  @Override
  public void onReady(boolean readable, boolean writable) {
    if (writable) {
      write();
    }
    if (readable && reading && !closed) {
      read();
    }
  }

  private void read() {
    ByteBuffer desk = loop.buffers().desk();
    desk.limit(Math.min(desk.limit(), READ_BYTES));
    int count;
    try {
      count = socket.read(desk);
    } catch (IOException failure) {
      fail(failure);
      return;
    }
    if (count > 0) {
      listener.onBytes(desk.flip());
    } else if (count < 0) {
      reading(false);
      listener.onEnd();
    }
  }

  private void fail(IOException failure) {
    close();
    String words = String.valueOf(failure.getMessage());
    boolean reset = words.contains("reset") || words.contains("roken pipe");
    listener.onFailed(
        ProbeReport.failed(reset ? "connection reset" : "connection failed: " + words));
  }

  @Override
  public void close() {
    closed = true;
    unsent.clear();
    socket.close();
  }

  @Override
  public ProbeReport onTimeout() {
    return ProbeReport.failed("timed out");
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    close();
    listener.onFailed(ProbeReport.skipped("internal error"));
    LastWords.say(LOG, "a probe ended by a failure of lb4j", failure);
  }
}
