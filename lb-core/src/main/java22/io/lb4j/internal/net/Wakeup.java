package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An eventfd that any thread may ring. Ringing and closing exclude each other, so that a bell never
 * rings elsewhere.
 */
final class Wakeup {
  private final MemorySegment one;
  private final int descriptor;
  private boolean closed; // guarded by this

  Wakeup(Libc libc, Arena arena) throws IOException {
    one = arena.allocate(ValueLayout.JAVA_LONG);
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    descriptor = Errors.check(libc.epoll.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC));
  }

  int descriptor() {
    return descriptor;
  }

  synchronized void ring() {
    if (!closed) {
      EpollCalls.writeQuietly(descriptor, one.address(), Long.BYTES); // fails only if rung already
    }
  }

  void clear(Libc libc, long buffer) {
    libc.epoll.read(descriptor, buffer, Long.BYTES);
  }

  synchronized void close(Libc libc) {
    closed = true;
    libc.close(descriptor);
  }
}
