package io.lb4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** Turns error numbers into the exceptions that the rest of Java knows them by. */
final class Errors {
  /** A peer that resets is no rarity: no stack trace is taken for it. */
  private static final class PeerGone extends SocketException {
    private static final long serialVersionUID = 1;

    PeerGone(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** Nor is a member without a socket there, where datagrams go by the thousand. */
  private static final class PortGone extends PortUnreachableException {
    private static final long serialVersionUID = 1;

    PortGone(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private Errors() {}

  static boolean isTransient(long result) {
    return result == -Linux.EAGAIN || result == -Linux.EINTR;
  }

  /** Whether the system has let go of the connection, so that there is nothing left to reset. */
  static boolean isEndOfConnection(long result) {
    return result == -Linux.ECONNRESET || result == -Linux.EPIPE || result == -Linux.ETIMEDOUT;
  }

  /** What became of a datagram that the system did not take. */
  static DatagramOutcome outcomeOf(long result) {
    return switch ((int) -result) {
      case Linux.EAGAIN, Linux.ENOBUFS, Linux.ENOMEM -> DatagramOutcome.NO_ROOM;
      case Linux.EMSGSIZE -> DatagramOutcome.TOO_LONG;
      default -> DatagramOutcome.REFUSED;
    };
  }

  /** Whether the system does not make such a call: the kernel lacks it, or a filter refuses it. */
  static boolean isRefusal(long result) {
    return result == -Linux.ENOSYS || result == -Linux.EPERM || result == -Linux.EACCES;
  }

  /** The exception of a failed read or write. */
  static IOException peerGone(long result) {
    return new PeerGone(
        switch ((int) -result) {
          case Linux.ECONNRESET -> "Connection reset by peer"; // these two are everyday
          case Linux.EPIPE -> "Broken pipe";
          default -> Libc.message((int) -result);
        });
  }

  /** The exception of a datagram, sent or to be received, that met a word of the network. */
  static IOException datagram(long result) {
    return result == -Linux.ECONNREFUSED ? new PortGone("Connection refused") : of(result);
  }

  /** The exception of any other failed call. */
  static IOException of(long result) {
    int number = (int) -result;
    String message = message(number);
    return switch (number) {
      case Linux.EADDRINUSE -> new BindException(message);
      case Linux.ECONNREFUSED -> new ConnectException(message);
      case Linux.ETIMEDOUT -> new SocketTimeoutException(message);
      case Linux.ENETUNREACH, Linux.EHOSTUNREACH -> new NoRouteToHostException(message);
      default -> new SocketException(message);
    };
  }

  /** Those that {@link ConnectFailures} goes by are said in the same words everywhere. */
  private static String message(int number) {
    return switch (number) {
      case Linux.ENOENT -> "No such file or directory";
      case Linux.ENOMEM -> "Cannot allocate memory";
      case Linux.ENFILE -> "Too many open files in system";
      case Linux.EMFILE -> "Too many open files";
      case Linux.EADDRINUSE -> "Address already in use";
      case Linux.EADDRNOTAVAIL -> "Cannot assign requested address";
      case Linux.ENETUNREACH -> "Network is unreachable";
      case Linux.ENOBUFS -> "No buffer space available";
      case Linux.ETIMEDOUT -> "Connection timed out";
      case Linux.ECONNREFUSED -> "Connection refused";
      case Linux.EHOSTUNREACH -> "No route to host";
      default -> Libc.message(number);
    };
  }

  /** Passes a good result of setting an option on; a failure names the option. */
  static void checkOption(int result, SocketSettings.Setting setting) throws IOException {
    if (result == -Linux.ENOENT) { // congestion control alone is asked for by a name
      throw new SocketException(setting + ": not among net.ipv4.tcp_available_congestion_control");
    }
    if (result < 0) {
      throw new SocketException(setting + ": " + Libc.message(-result));
    }
  }

  /** Passes a good result on. */
  static int check(int result) throws IOException {
    if (result < 0) {
      throw of(result);
    }
    return result;
  }
}
