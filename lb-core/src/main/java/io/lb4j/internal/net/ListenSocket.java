package io.lb4j.internal.net;

import java.io.Closeable;
import java.net.SocketAddress;

/** A listening socket. All methods are called on the loop that owns it, but {@link #address}. */
public interface ListenSocket extends Closeable {
  /** The address it is bound to, with the real port. Any thread. */
  SocketAddress address();

  /** Whether connections are accepted or left with the system. Off at first. */
  void accepting(boolean accepting);

  /** Accepts what the system holds at this moment, so that closing does not reset it. */
  void acceptPending();

  /**
   * Stops listening. Connections that the system holds are reset by it. Closing twice does nothing.
   */
  @Override
  void close();
}
