package io.lb4j.internal.net;

import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to connect, from the first packet to the outcome. On loopback and often on a fast
 * network the handshake is over when connect returns, so the outcome is asked for once at once,
 * which saves a turn of the poller. Who wants to may wait for a descriptor first.
 *
 * <p>It is its own deadline, as there is one for every flow.
 */
public final class Connecting extends Deadline implements ReadyHandler {
  /** Hears the outcome, once, on the loop's thread; possibly before {@link #begin} returns. */
  public interface Outcome {
    /** The socket is connected and the listener's. */
    void onConnected(StreamSocket socket);

    /**
     * There will be no connection.
     *
     * @param failure what the system said; a {@link SocketTimeoutException} when the time was over
     */
    void onConnectFailed(IOException failure);

    /**
     * This process has no descriptor for the socket, which says nothing of the target and passes
     * when others are closed.
     *
     * @return whether to try again from time to time while there is time, instead of failing
     */
    default boolean waitsForDescriptor(IOException shortage) {
      return false;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EventLoop loop;
  private final ConnectRequest request;
  private final Outcome outcome;
  private final long timeoutNanos;
  private StreamSocket socket;
  private boolean lacksDescriptor; // and waits for one
  private long patienceEndsNanos;
  private boolean decided;

  private Connecting(EventLoop loop, ConnectRequest request, long timeoutNanos, Outcome outcome) {
    this.loop = loop;
    this.request = request;
    this.timeoutNanos = timeoutNanos;
    this.outcome = outcome;
  }

  /**
   * Begins to connect.
   *
   * @return the attempt, which {@link #abort} gives up; empty when the outcome was told already
   */
  public static Optional<Connecting> begin(
      EventLoop loop, ConnectRequest request, long timeoutNanos, Outcome outcome) {
    Connecting attempt = new Connecting(loop, request, timeoutNanos, outcome);
    attempt.run();
    return attempt.decided ? Optional.empty() : Optional.of(attempt);
  }

  private void run() {
    try {
      socket = loop.poller().connect(request);
      lacksDescriptor = false;
      if (!socket.finishConnect()) {
        socket.watch(this, false, true);
        loop.arm(this, timeoutNanos);
        return;
      }
    } catch (IOException failure) {
      if (!waitsFor(failure)) {
        fail(failure);
      }
      return;
    } catch (Throwable failure) { // the caller's to handle, but the socket is ours
      abort();
      throw failure;
    }
    succeed();
  }

  /** Whether it was for want of a descriptor and there is time to wait for one. */
  private boolean waitsFor(IOException failure) {
    if (socket != null || !ConnectFailures.isWantOfDescriptors(failure)) {
      return false;
    }
    long nowNanos = loop.nowNanos();
    if (!lacksDescriptor) {
      patienceEndsNanos = nowNanos + timeoutNanos;
    }
    long leftNanos = patienceEndsNanos - nowNanos;
    if (leftNanos <= 0 || !outcome.waitsForDescriptor(failure)) {
      return false;
    }
    lacksDescriptor = true;
    loop.arm(this, Math.min(RETRY_NANOS, leftNanos));
    return true;
  }

  @Override
  protected void onDue() {
    if (lacksDescriptor) {
      tryAgain();
    } else {
      fail(new SocketTimeoutException("no answer in time"));
    }
  }

  private void tryAgain() {
    try {
      run();
    } catch (Throwable failure) { // nobody has called that could handle it
      onHandlerFailure(failure);
    }
  }

  @Override
  public void onReady(boolean readable, boolean writable) {
    try {
      if (!socket.finishConnect()) {
        return;
      }
      socket.watch(this, false, false);
    } catch (IOException failure) {
      fail(failure);
      return;
    }
    succeed();
  }

  private void succeed() {
    StreamSocket connected = socket;
    socket = null;
    decided = true;
    loop.cancel(this);
    outcome.onConnected(connected);
  }

  private void fail(IOException failure) {
    abort();
    decided = true;
    outcome.onConnectFailed(failure);
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    if (!decided) {
      fail(new IOException("internal error"));
    }
    LastWords.say(LOG, "an attempt to connect ended by a failure of lb4j", failure);
  }

  /** Gives up; the outcome is not told. Does nothing after the outcome. */
  public void abort() {
    loop.cancel(this);
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
