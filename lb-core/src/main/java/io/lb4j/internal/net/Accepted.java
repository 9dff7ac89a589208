package io.lb4j.internal.net;

import java.net.SocketAddress;

/**
 * An accepted connection on its way to the loop that will own it. Safe to hand to another thread.
 */
public interface Accepted {
  /** The peer's address. */
  SocketAddress remoteAddress();

  /** Drops the connection with a reset, without adopting it. Does nothing after adoption. */
  void refuse();
}
