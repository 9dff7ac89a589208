package io.lb4j.internal.net;

/** What can be set on a socket. */
public enum SocketOption {
  /** SO_KEEPALIVE: 1 for on. */
  KEEP_ALIVE,
  /** SO_SNDBUF, bytes. */
  SEND_BUFFER,
  /** SO_RCVBUF, bytes. */
  RECEIVE_BUFFER,
  /** SO_REUSEPORT: 1 for on; a listening socket's. */
  REUSE_PORT,
  /** TCP_USER_TIMEOUT, milliseconds. */
  USER_TIMEOUT,
  /** TCP_FASTOPEN, length of the queue; a listening socket's. */
  FAST_OPEN,
  /** TCP_DEFER_ACCEPT, seconds; a listening socket's. */
  DEFER_ACCEPT,
  /** TCP_CONGESTION, a name. */
  CONGESTION_CONTROL,
  /** SO_MARK, the mark. */
  MARK,
  /** IP_TRANSPARENT or IPV6_TRANSPARENT: 1 for on. */
  TRANSPARENT,
  /** IP_BIND_ADDRESS_NO_PORT: 1 for on; a connecting socket's. */
  BIND_ADDRESS_NO_PORT
}
