package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether the system grants the calls that the transport makes, before any flow depends
 * on them. A call on a descriptor that cannot be says so; anything but that comes from a kernel
 * without the call or from a filter (seccomp) that refuses it.
 */
final class NativeProbe {
  private static final Logger LOG = LoggerFactory.getLogger(NativeProbe.class);
  private static final int NO_DESCRIPTOR = -1;

  private NativeProbe() {}

  /**
   * Makes sure of everything that the transport cannot do without.
   *
   * @throws UnsupportedOperationException when a call is missing or refused; the message names it
   * @throws IOException when the system has no descriptor left
   */
  static void checkNeeded() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      SocketCalls sockets = libc.sockets;
      EpollCalls epoll = libc.epoll;
      need("epoll_ctl", () -> epoll.control(NO_DESCRIPTOR, Linux.EPOLL_CTL_ADD, 0, 0));
      need("epoll_wait", () -> epoll.await(NO_DESCRIPTOR, 0, 1, 0));
      need("accept4", () -> sockets.accept(NO_DESCRIPTOR, 0, 0, Linux.SOCK_NONBLOCK));
      need("bind", () -> sockets.bind(NO_DESCRIPTOR, 0, 0));
      need("listen", () -> sockets.listen(NO_DESCRIPTOR, 1));
      need("connect", () -> sockets.connect(NO_DESCRIPTOR, 0, 0));
      need("recvfrom", () -> sockets.recv(NO_DESCRIPTOR, 0, 0, 0));
      need("sendto", () -> sockets.send(NO_DESCRIPTOR, 0, 0, 0));
      need("shutdown", () -> sockets.shutdown(NO_DESCRIPTOR, Linux.SHUT_WR));
      need("getsockname", () -> sockets.getsockname(NO_DESCRIPTOR, 0, 0));
      need("getsockopt", () -> sockets.getsockopt(NO_DESCRIPTOR, 0, 0, 0, 0));
      need("setsockopt", () -> sockets.setsockopt(NO_DESCRIPTOR, 0, 0, 0, 0));
      give("epoll_create1", libc, () -> epoll.create(Linux.EPOLL_CLOEXEC));
      give("eventfd2", libc, () -> epoll.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC));
      checkNumbers(libc, arena);
    }
  }

  private static void need(String call, LongSupplier attempt) {
    if (Errors.isRefusal(attempt.getAsLong())) {
      throw new UnsupportedOperationException("the system refuses " + call);
    }
  }

  private static void give(String call, Libc libc, LongSupplier opening) throws IOException {
    int descriptor = (int) opening.getAsLong();
    if (Errors.isRefusal(descriptor)) {
      throw new UnsupportedOperationException("the system refuses " + call);
    }
    libc.close(Errors.check(descriptor));
  }

  /** A few processors (MIPS, SPARC…) number things their own way. */
  private static void checkNumbers(Libc libc, Arena arena) throws IOException {
    int type = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    int socket = libc.sockets.socket(Linux.AF_UNIX, type);
    if (Errors.isRefusal(socket)) {
      throw new UnsupportedOperationException("the system refuses socket");
    }
    Errors.check(socket);
    int found = new OptionCalls(libc, arena).get(socket, Linux.SOL_SOCKET, Linux.SO_TYPE);
    libc.close(socket);
    if (found != Linux.SOCK_STREAM) {
      throw new UnsupportedOperationException("this processor numbers socket options differently");
    }
  }

  /** Whether bulk may go through pipes; if not, says so. */
  static boolean maySplice() {
    try (Arena arena = Arena.ofConfined()) {
      PipeCalls pipes = new PipeCalls(new Errno(arena));
      String loss = "bulk is copied, not spliced";
      return mayCall("pipe2", () -> pipes.pipe(0, Linux.SOCK_CLOEXEC), loss)
          && mayCall("fcntl", () -> pipes.control(NO_DESCRIPTOR, Linux.F_SETPIPE_SZ, 0), loss)
          && mayCall("splice", () -> pipes.splice(NO_DESCRIPTOR, NO_DESCRIPTOR, 1, 0), loss);
    }
  }

  /**
   * Whether small payloads may be sent together; if not, says so. No ring is opened for that: when
   * it was closed, the system would interrupt the next call of this thread, which is the host's.
   */
  static boolean mayBatch() {
    try (Arena arena = Arena.ofConfined()) {
      RingCalls rings = new RingCalls(new Errno(arena));
      String loss = "small payloads are sent one by one";
      return mayCall("io_uring_setup", () -> rings.setup(0, 0), loss)
          && mayCall("io_uring_enter", () -> rings.await(NO_DESCRIPTOR, 0), loss);
    }
  }

  private static boolean mayCall(String call, LongSupplier attempt, String loss) {
    long result = attempt.getAsLong();
    boolean refused = Errors.isRefusal(result);
    if (refused) {
      LOG.warn("the system refuses {}: {} ({})", call, loss, Libc.message((int) -result));
    }
    return !refused;
  }
}
