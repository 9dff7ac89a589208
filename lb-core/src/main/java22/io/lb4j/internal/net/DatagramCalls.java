package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;
import java.net.SocketException;

/**
 * The calls of libc that move many datagrams at once. Where a filter (seccomp) refuses them, they
 * move one. Both return how many they moved, or the negative error number of the first.
 *
 * <p>To keep the error number costs every call something. They hardly ever fail, and so are called
 * without, and a second time if they do, to learn why.
 */
final class DatagramCalls {
  private static final MethodHandle RECVMMSG =
      Linkage.call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle RECVMMSG_PLAIN =
      Linkage.plain("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle SENDMMSG =
      Linkage.call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle SENDMMSG_PLAIN =
      Linkage.plain("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECVMSG =
      Linkage.callForLong("recvmsg", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SENDMSG =
      Linkage.callForLong("sendmsg", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final int NO_DESCRIPTOR = -1;

  private final Errno errno;
  private final boolean many;

  /**
   * Makes the calls.
   *
   * @param many whether many may be moved at once
   */
  DatagramCalls(Errno errno, boolean many) {
    this.errno = errno;
    this.many = many;
  }

  /**
   * Those that the system grants, which without a descriptor have another reason to fail.
   *
   * @throws SocketException when it grants none
   */
  static DatagramCalls granted(Errno errno) throws SocketException {
    DatagramCalls calls = new DatagramCalls(errno, true);
    if (isGranted(calls.receiveMany(NO_DESCRIPTOR, 0, 1))
        && isGranted(calls.sendMany(NO_DESCRIPTOR, 0, 1))) {
      return calls;
    }
    boolean one =
        isGranted(calls.receiveOne(NO_DESCRIPTOR, 0)) && isGranted(calls.sendOne(NO_DESCRIPTOR, 0));
    if (!one) {
      throw new SocketException("the system refuses recvmmsg and recvmsg, or sendmmsg and sendmsg");
    }
    return new DatagramCalls(errno, false);
  }

  private static boolean isGranted(long result) {
    return !Errors.isRefusal(result);
  }

  /** Receives up to so many into the places of a batch from the first on. */
  int receive(int descriptor, MessageBatch batch, int most) {
    if (many) {
      return receiveMany(descriptor, batch.header(0), most);
    }
    long length = receiveOne(descriptor, batch.header(0));
    if (length < 0) {
      return (int) length;
    }
    batch.received(0, (int) length);
    return 1;
  }

  /** Sends what stands in so many places of a batch from one on. */
  int send(int descriptor, MessageBatch batch, int from, int count) {
    if (many) {
      return sendMany(descriptor, batch.header(from), count);
    }
    long result = sendOne(descriptor, batch.header(from));
    return result < 0 ? (int) result : 1;
  }

  private int receiveMany(int descriptor, long headers, int count) {
    try {
      int result = (int) RECVMMSG_PLAIN.invokeExact(descriptor, headers, count, 0, 0L);
      return result >= 0
          ? result
          : errno.orError(
              (int) RECVMMSG.invokeExact(errno.state, descriptor, headers, count, 0, 0L));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  private int sendMany(int descriptor, long headers, int count) {
    try {
      int result = (int) SENDMMSG_PLAIN.invokeExact(descriptor, headers, count, 0);
      return result >= 0
          ? result
          : errno.orError((int) SENDMMSG.invokeExact(errno.state, descriptor, headers, count, 0));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  private long receiveOne(int descriptor, long header) {
    try {
      return errno.orError((long) RECVMSG.invokeExact(errno.state, descriptor, header, 0));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }

  private long sendOne(int descriptor, long header) {
    try {
      return errno.orError((long) SENDMSG.invokeExact(errno.state, descriptor, header, 0));
    } catch (Throwable failure) {
      throw Linkage.broken(failure);
    }
  }
}
