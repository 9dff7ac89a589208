package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls that the epoll transport makes, on Linux with glibc or musl. One instance belongs to
 * one thread.
 */
final class Libc {
  private static final MethodHandle STRERROR = Linkage.plain("strerror", ADDRESS, JAVA_INT);
  private static final int LONGEST_MESSAGE = 256;

  final SocketCalls sockets;
  final EpollCalls epoll;
  final PipeCalls pipes;
  final RingCalls rings;

  Libc(Arena arena) {
    Errno errno = new Errno(arena);
    sockets = new SocketCalls(errno);
    epoll = new EpollCalls(errno);
    pipes = new PipeCalls(errno);
    rings = new RingCalls(errno);
  }

  /** Gives a descriptor back. */
  void close(int descriptor) {
    epoll.close(descriptor);
  }

  /** The system's words for an error number. */
  static String message(int errorNumber) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errorNumber);
      return text.reinterpret(LONGEST_MESSAGE).getString(0);
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
