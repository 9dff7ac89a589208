package io.lb4j.internal.net;

import java.net.SocketAddress;

/** Something with a peer at the other end. */
public interface Remote {
  /** The peer's address. Any thread, also after the end. */
  SocketAddress remoteAddress();
}
