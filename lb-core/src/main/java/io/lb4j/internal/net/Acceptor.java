package io.lb4j.internal.net;

import io.lb4j.internal.util.Addresses;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of one address. When that fails for want of descriptors or memory it pauses
 * and tries again, so that it neither dies nor spins; clients wait in the system's backlog
 * meanwhile.
 */
public final class Acceptor implements AcceptHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EventLoop loop;
  private final BiConsumer<Accepted, SocketAddress> sink;
  private final ListenSocket socket;
  private final Deadline resume =
      new Deadline() {
        @Override
        protected void onDue() {
          socket.accepting(true);
        }
      };
  private boolean closed;
  private boolean warned;
  private long warnedNanos;

  /**
   * Binds; call {@link #start} to accept.
   *
   * @param sink takes each connection and the address that it came to, on the loop's thread
   */
  public Acceptor(EventLoop loop, ListenRequest request, BiConsumer<Accepted, SocketAddress> sink)
      throws IOException {
    this.loop = loop;
    this.sink = sink;
    this.socket = loop.poller().listen(request, this);
  }

  /** Begins to accept. On the loop's thread. */
  public void start() {
    socket.accepting(true);
  }

  /** The bound address. Any thread. */
  public SocketAddress address() {
    return socket.address();
  }

  @Override
  public void onAccept(Accepted accepted) {
    try {
      sink.accept(accepted, socket.address());
    } catch (OutOfMemoryError | UncheckedIOException shortage) {
      accepted.refuse(); // nothing happens if it is a flow already
      pause(shortage);
    } catch (Throwable failure) { // one client's loss, not the listener's
      accepted.refuse();
      LOG.error("cannot take a client of {}", Addresses.text(socket.address()), failure);
    }
  }

  @Override
  public void onAcceptFailure(IOException failure) {
    pause(failure);
  }

  /** Stops accepting for a moment; for whoever runs out of what a new connection needs. */
  public void pause(Throwable cause) {
    if (closed) {
      return;
    }
    socket.accepting(false);
    loop.arm(resume, PAUSE_NANOS);
    if (!warned || loop.nowNanos() - warnedNanos > QUIET_NANOS) {
      warned = true;
      warnedNanos = loop.nowNanos();
      String where = Addresses.text(socket.address());
      LOG.warn("accepting on {} pauses: {}{}", where, cause.toString(), limitOf(cause));
    }
  }

  /**
   * The limit to raise. It takes the system's English words for that, be they glibc's or musl's;
   * with java.nio they come in the language of the process.
   */
  private static String limitOf(Throwable cause) {
    String words = cause.toString();
    if (words.contains("Too many open files in system")) {
      return " (limit: fs.file-max)";
    }
    return words.contains("Too many open files") || words.contains("No file descriptors available")
        ? " (limit: ulimit -n)"
        : "";
  }

  /**
   * Takes in the clients that have connected already, then stops listening. On the loop's thread.
   */
  public void finish() {
    socket.acceptPending();
    close();
  }

  /** Stops listening; clients that are not accepted yet are reset. On the loop's thread. */
  public void close() {
    closed = true;
    loop.cancel(resume);
    socket.close();
  }
}
