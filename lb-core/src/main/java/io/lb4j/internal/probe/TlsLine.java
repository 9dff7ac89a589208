package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.StreamSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS over a {@link PlainLine}, by the JDK's engine. What the engine calls tasks (arithmetic with
 * keys, the checks of the certificate, which are the host's code if it likes) runs on a thread that
 * may block; meanwhile nothing is read and nobody touches the engine.
 *
 * <p>Sessions are not resumed: a probe has to see the certificate as a new client does.
 */
final class TlsLine implements Line, Line.Listener {
  private final EventLoop loop;
  private final Executor threads;
  private final SSLEngine engine;
  private final Listener listener;
  private final PlainLine below;
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
  private ByteBuffer received; // encrypted; between turns in the state for writing
  private ByteBuffer opened;
  private ByteBuffer sealed;
  private boolean pumping;
  private boolean inTask;
  private volatile boolean taskBegun;
  private boolean handshaken;
  private boolean endedBelow;
  private boolean over; // nothing more is told

  TlsLine(
      EventLoop loop, Executor threads, StreamSocket socket, SSLEngine engine, Listener listener) {
    this.loop = loop;
    this.threads = threads;
    this.listener = listener;
    this.engine = engine;
    below = new PlainLine(loop, socket, this);
    int packet = engine.getSession().getPacketBufferSize();
    received = ByteBuffer.allocate(packet);
    sealed = ByteBuffer.allocate(packet);
    opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
  }

  @Override
  public void open() {
    below.open();
  }

  // ---- from below

  @Override
  public void onOpen() {
    try {
      engine.beginHandshake();
    } catch (SSLException failure) {
      fail(failure);
      return;
    }
    pump();
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    if (received.remaining() < bytes.remaining()) {
      int size = received.position() + bytes.remaining(); // at most a packet and a read
      received = ByteBuffer.allocate(size).put(received.flip());
    }
    received.put(bytes);
    pump();
  }

  @Override
  public void onEnd() {
    endedBelow = true;
    pump();
  }

  @Override
  public void onFailed(ProbeReport report) {
    over = true;
    listener.onFailed(report);
  }

  // ---- from above

  @Override
  public void send(byte[] bytes) {
    unsent.add(ByteBuffer.wrap(bytes));
    pump();
  }

  // ---- the engine

  private void pump() {
    if (pumping) {
      return; // called by the listener: the turns below see to it
    }
    pumping = true;
    try {
      boolean moved = true;
      while (moved && !over && !inTask) {
        moved = turn();
      }
    } catch (SSLException failure) {
      fail(failure);
    } finally {
      pumping = false;
    }
  }

  private boolean turn() throws SSLException {
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      beginTask();
      return false;
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      return wrap(ByteBuffer.allocate(0));
    }
    if (status == HandshakeStatus.NOT_HANDSHAKING) {
      if (!handshaken) {
        handshaken = true;
        listener.onOpen();
        return true;
      }
      if (!unsent.isEmpty()) {
        return wrapUnsent();
      }
    }
    return unwrap() || endOnce();
  }

  private boolean wrapUnsent() throws SSLException {
    boolean moved = wrap(unsent.element());
    if (!unsent.element().hasRemaining()) {
      unsent.remove();
    }
    return moved;
  }

  private boolean wrap(ByteBuffer source) throws SSLException {
    sealed.clear();
    SSLEngineResult result = guarded(() -> engine.wrap(source, sealed));
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      sealed = ByteBuffer.allocate(2 * sealed.capacity());
      return true;
    }
    pass();
    return result.getStatus() == SSLEngineResult.Status.OK;
  }

  private void pass() {
    byte[] bytes = new byte[sealed.flip().remaining()];
    sealed.get(bytes);
    if (bytes.length > 0) {
      below.send(bytes);
    }
  }

  private boolean unwrap() throws SSLException {
    HandshakeStatus before = engine.getHandshakeStatus();
    SSLEngineResult result;
    received.flip();
    try {
      result = guarded(() -> engine.unwrap(received, opened));
    } finally {
      received.compact();
    }
    return switch (result.getStatus()) {
      case BUFFER_OVERFLOW -> {
        opened = ByteBuffer.allocate(2 * opened.capacity());
        yield true;
      }
      case BUFFER_UNDERFLOW -> false;
      case CLOSED -> {
        end();
        yield false;
      }
      case OK -> {
        boolean moved =
            result.bytesConsumed() > 0 || result.getHandshakeStatus() != before; // else it waits
        tell();
        yield moved;
      }
    };
  }

  private void tell() {
    if (opened.position() > 0) {
      listener.onBytes(opened.flip());
      opened.clear();
    }
  }

  private boolean endOnce() throws SSLException {
    if (endedBelow) {
      if (!handshaken) {
        throw new SSLException("closed in the handshake");
      }
      end(); // many servers end without saying so in TLS first
    }
    return false;
  }

  private void end() {
    over = true;
    listener.onEnd();
  }

  private interface EngineCall {
    SSLEngineResult run() throws SSLException;
  }

  /** What the host's own trust manager throws comes out here. */
  private static SSLEngineResult guarded(EngineCall call) throws SSLException {
    try {
      return call.run();
    } catch (RuntimeException thrownByTask) {
      throw new SSLException(thrownByTask);
    }
  }

  // ---- tasks

  private void beginTask() {
    inTask = true;
    taskBegun = false;
    below.reading(false);
    try {
      threads.execute(
          () -> {
            taskBegun = true;
            runTasks();
            loop.execute(this::onTasksDone);
          });
    } catch (RejectedExecutionException full) {
      over = true;
      listener.onFailed(ProbeReport.skipped("no probe thread free"));
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run(); // the engine keeps what it throws
      task = engine.getDelegatedTask();
    }
  }

  private void onTasksDone() {
    inTask = false;
    if (!over) {
      below.reading(!endedBelow);
      pump();
    }
  }

  // ---- the end

  private void fail(SSLException failure) {
    over = true;
    sayLastWords();
    listener.onFailed(ProbeReport.failed(TlsFailures.describe(failure)));
  }

  @Override
  public void close() {
    over = true;
    if (!inTask) {
      engine.closeOutbound();
      sayLastWords();
      engine.getSession().invalidate();
    }
    below.close();
  }

  /** An alert or the notice of the end, as far as it can be had. */
  private void sayLastWords() {
    try {
      sealed.clear();
      guarded(() -> engine.wrap(ByteBuffer.allocate(0), sealed));
      pass();
    } catch (SSLException speechless) {
      sealed.clear();
    }
  }

  @Override
  public ProbeReport onTimeout() {
    return inTask && !taskBegun
        ? ProbeReport.skipped("no probe thread free in time")
        : ProbeReport.failed("timed out in the TLS handshake");
  }
}
