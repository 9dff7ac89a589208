package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The calls of libc about pipes. Every method returns what the call returned, or the negative error
 * number.
 */
final class PipeCalls {
  private static final MethodHandle PIPE2 = Linkage.call("pipe2", JAVA_LONG, JAVA_INT);
  private static final MethodHandle FCNTL =
      Linkage.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SPLICE =
      Linkage.callForLong("splice", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

  private final Errno errno;

  PipeCalls(Errno errno) {
    this.errno = errno;
  }

  int pipe(long descriptors, int flags) {
    try {
      return errno.orError((int) PIPE2.invokeExact(errno.state, descriptors, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int control(int descriptor, int command, int value) {
    try {
      return errno.orError((int) FCNTL.invokeExact(errno.state, descriptor, command, value));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  long splice(int from, int to, long count, int flags) {
    try {
      return errno.orError((long) SPLICE.invokeExact(errno.state, from, 0L, to, 0L, count, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
