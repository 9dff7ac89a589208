package io.lb4j;

/**
 * How a virtual server reaches its sockets. All kinds behave alike; they differ in cost, in the
 * {@link SocketOptions} they have, and in where they work.
 */
public enum TransportKind {
  /** {@link #EPOLL} where it can be used, else {@link #NIO}; the log says which and why. */
  AUTO,
  /** {@code java.nio.channels}: every platform, every supported Java. */
  NIO,
  /**
   * Linux's epoll, called through {@code java.lang.foreign}: Linux, Java 22 or later, and native
   * access not denied to lb4j ({@code --enable-native-access=ALL-UNNAMED}, or {@code =io.lb4j} on
   * the module path). Fewer than half the system calls per flow, and bulk without copying.
   */
  EPOLL
}
