package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/**
 * The calls of libc about sockets. Every method returns what the call returned, or the negative
 * error number.
 *
 * <p>To keep the error number costs every call something. Those that hardly ever fail are called
 * without, and a second time if they do, to learn why.
 */
final class SocketCalls {
  private static final MethodHandle SOCKET = Linkage.call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET_PLAIN =
      Linkage.plain("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = Linkage.call("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LISTEN = Linkage.call("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle ACCEPT4 =
      Linkage.call("accept4", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle ACCEPT4_PLAIN =
      Linkage.plain("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle CONNECT =
      Linkage.call("connect", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      Linkage.callForLong("recv", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND =
      Linkage.callForLong("send", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND_PLAIN =
      Linkage.plain("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SHUTDOWN = Linkage.call("shutdown", JAVA_INT, JAVA_INT);
  private static final MethodHandle SHUTDOWN_PLAIN =
      Linkage.plain("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      Linkage.call("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle GETSOCKOPT =
      Linkage.call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETSOCKOPT =
      Linkage.call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SETSOCKOPT_PLAIN =
      Linkage.plain("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

  private final Errno errno;

  SocketCalls(Errno errno) {
    this.errno = errno;
  }

  int socket(int family, int type) {
    try {
      int result = (int) SOCKET_PLAIN.invokeExact(family, type, 0);
      return result >= 0
          ? result
          : errno.orError((int) SOCKET.invokeExact(errno.state, family, type, 0));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int socket(int family, int type, int protocol) {
    try {
      return errno.orError((int) SOCKET.invokeExact(errno.state, family, type, protocol));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int bind(int descriptor, long address, int length) {
    try {
      return errno.orError((int) BIND.invokeExact(errno.state, descriptor, address, length));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int listen(int descriptor, int backlog) {
    try {
      return errno.orError((int) LISTEN.invokeExact(errno.state, descriptor, backlog));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int accept(int descriptor, long address, long length, int flags) {
    try {
      int result = (int) ACCEPT4_PLAIN.invokeExact(descriptor, address, length, flags);
      return result >= 0
          ? result
          : errno.orError(
              (int) ACCEPT4.invokeExact(errno.state, descriptor, address, length, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int connect(int descriptor, long address, int length) {
    try {
      return errno.orError((int) CONNECT.invokeExact(errno.state, descriptor, address, length));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  long recv(int descriptor, long buffer, long count, int flags) {
    try {
      return errno.orError((long) RECV.invokeExact(errno.state, descriptor, buffer, count, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  long send(int descriptor, long buffer, long count, int flags) {
    try {
      long result = (long) SEND_PLAIN.invokeExact(descriptor, buffer, count, flags);
      return result >= 0
          ? result
          : errno.orError((long) SEND.invokeExact(errno.state, descriptor, buffer, count, flags));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  /**
   * Sends a datagram to the peer. Its failure may be the word about an earlier one, which is told
   * but once: a second call would not learn why the first has failed, but send.
   */
  long sendDatagram(int descriptor, long buffer, long count) {
    try {
      return errno.orError((long) SEND.invokeExact(errno.state, descriptor, buffer, count, 0));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int shutdown(int descriptor, int how) {
    try {
      int result = (int) SHUTDOWN_PLAIN.invokeExact(descriptor, how);
      return result >= 0
          ? result
          : errno.orError((int) SHUTDOWN.invokeExact(errno.state, descriptor, how));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int getsockname(int descriptor, long address, long length) {
    try {
      return errno.orError((int) GETSOCKNAME.invokeExact(errno.state, descriptor, address, length));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int getsockopt(int descriptor, int level, int option, long value, long length) {
    try {
      return errno.orError(
          (int) GETSOCKOPT.invokeExact(errno.state, descriptor, level, option, value, length));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  int setsockopt(int descriptor, int level, int option, long value, int length) {
    try {
      int result = (int) SETSOCKOPT_PLAIN.invokeExact(descriptor, level, option, value, length);
      return result >= 0
          ? result
          : errno.orError(
              (int) SETSOCKOPT.invokeExact(errno.state, descriptor, level, option, value, length));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
