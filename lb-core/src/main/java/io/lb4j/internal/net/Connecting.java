package io.lb4j.internal.net;

import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to connect, from the first packet to the outcome. On loopback and often on a fast
 * network the handshake is over when connect returns, so the outcome is asked for once at once,
 * which saves a turn of the poller.
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
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);

  private final EventLoop loop;
  private final Outcome outcome;
  private final long timeoutNanos;
  private StreamSocket socket;
  private boolean decided;

  private Connecting(EventLoop loop, long timeoutNanos, Outcome outcome) {
    this.loop = loop;
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
    Connecting attempt = new Connecting(loop, timeoutNanos, outcome);
    attempt.run(request);
    return attempt.decided ? Optional.empty() : Optional.of(attempt);
  }

  private void run(ConnectRequest request) {
    try {
      socket = loop.poller().connect(request);
      if (!socket.finishConnect()) {
        socket.watch(this, false, true);
        loop.arm(this, timeoutNanos);
        return;
      }
    } catch (IOException failure) {
      fail(failure);
      return;
    } catch (Throwable failure) { // the caller's to handle, but the socket is ours
      abort();
      throw failure;
    }
    succeed();
  }

  @Override
  protected void onDue() {
    fail(new SocketTimeoutException("no answer in time"));
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
