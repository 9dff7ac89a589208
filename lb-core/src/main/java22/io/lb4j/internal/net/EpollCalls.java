package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The calls of libc about epoll, event descriptors, and the closing of any descriptor. Every method
 * returns what the call returned, or the negative error number.
 *
 * <p>To keep the error number costs every call something. Those that hardly ever fail are called
 * without, and a second time if they do, to learn why.
 */
final class EpollCalls {
  private static final MethodHandle EPOLL_CREATE1 = Linkage.call("epoll_create1", JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      Linkage.call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle EPOLL_CTL_PLAIN =
      Linkage.plain("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle EPOLL_WAIT =
      Linkage.call("epoll_wait", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle EVENTFD = Linkage.call("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      Linkage.callForLong("read", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle WRITE =
      Linkage.plain("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CLOSE = Linkage.plain("close", JAVA_INT, JAVA_INT);

  private final Errno errno;

  EpollCalls(Errno errno) {
    this.errno = errno;
  }

  int create(int flags) {
    try {
      return errno.orError((int) EPOLL_CREATE1.invokeExact(errno.state, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int control(int epoll, int operation, int descriptor, long event) {
    try {
      int result = (int) EPOLL_CTL_PLAIN.invokeExact(epoll, operation, descriptor, event);
      return result >= 0
          ? result
          : errno.orError(
              (int) EPOLL_CTL.invokeExact(errno.state, epoll, operation, descriptor, event));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int await(int epoll, long events, int count, int timeoutMillis) {
    try {
      return errno.orError(
          (int) EPOLL_WAIT.invokeExact(errno.state, epoll, events, count, timeoutMillis));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int eventfd(int flags) {
    try {
      return errno.orError((int) EVENTFD.invokeExact(errno.state, 0, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  long read(int descriptor, long buffer, long count) {
    try {
      return errno.orError((long) READ.invokeExact(errno.state, descriptor, buffer, count));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  /** Writes, whatever comes of it. Any thread. */
  static void writeQuietly(int descriptor, long buffer, long count) {
    try {
      long ignored = (long) WRITE.invokeExact(descriptor, buffer, count);
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  /** Never asked twice, whatever it says: the number may be somebody else's by then. */
  void close(int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
