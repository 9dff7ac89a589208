package io.lb4j.internal.net;

/** What can be set on a socket. */
public enum SocketOption {
  /** SO_KEEPALIVE: 1 for on. */
  KEEP_ALIVE("keepAlive"),
  /** SO_SNDBUF, bytes. */
  SEND_BUFFER("sendBuffer"),
  /** SO_RCVBUF, bytes. */
  RECEIVE_BUFFER("receiveBuffer"),
  /** SO_REUSEPORT: 1 for on; a listening socket's. */
  REUSE_PORT("reusePort"),
  /** TCP_USER_TIMEOUT, milliseconds. */
  USER_TIMEOUT("userTimeout"),
  /** TCP_FASTOPEN, length of the queue; a listening socket's. */
  FAST_OPEN("fastOpen"),
  /** TCP_DEFER_ACCEPT, seconds; a listening socket's. */
  DEFER_ACCEPT("deferAccept"),
  /** TCP_CONGESTION, a name. */
  CONGESTION_CONTROL("congestionControl"),
  /** SO_MARK, the mark. */
  MARK("mark"),
  /** IP_TRANSPARENT or IPV6_TRANSPARENT: 1 for on. */
  TRANSPARENT("transparent"),
  /** IP_BIND_ADDRESS_NO_PORT: 1 for on; a connecting socket's. */
  BIND_ADDRESS_NO_PORT("bindAddressNoPort");

  private final String words;

  SocketOption(String words) {
    this.words = words;
  }

  /** The name that settings have for it, such as {@code keepAlive}. */
  @Override
  public String toString() {
    return words;
  }
}
