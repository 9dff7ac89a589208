package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The calls about io_uring, which libc has no functions for but {@code syscall}, and about the
 * memory that is shared with it. Every method returns what the call returned, or the negative error
 * number.
 */
class RingCalls {
  private static final MethodHandle SYSCALL =
      Linkage.variadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle SYSCALL_PLAIN =
      Linkage.plainVariadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle MMAP =
      Linkage.callForLong("mmap", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP =
      Linkage.plain("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);

  private final Errno errno;

  RingCalls(Errno errno) {
    this.errno = errno;
  }

  int setup(int entries, long parameters) {
    return call(Linux.SYS_io_uring_setup, entries, parameters, 0, 0);
  }

  /** Has requests taken; how many were is to be read from the ring. */
  void submit(int ring, int count) {
    try {
      long number = Linux.SYS_io_uring_enter;
      int ignored =
          (int) SYSCALL_PLAIN.invokeExact(number, (long) ring, (long) count, 0L, 0L, 0L, 0L);
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  /** Waits until there are so many completions. */
  int await(int ring, int completions) {
    return call(Linux.SYS_io_uring_enter, ring, 0, completions, Linux.IORING_ENTER_GETEVENTS);
  }

  private int call(long number, long first, long second, long third, long fourth) {
    try {
      return errno.orError(
          (int) SYSCALL.invokeExact(errno.state, number, first, second, third, fourth, 0L, 0L));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  long map(long bytes, int descriptor, long offset) {
    try {
      int readAndWrite = Linux.PROT_READ | Linux.PROT_WRITE;
      return errno.orError(
          (long)
              MMAP.invokeExact(
                  errno.state, 0L, bytes, readAndWrite, Linux.MAP_SHARED, descriptor, offset));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  void unmap(long address, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(address, bytes);
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
