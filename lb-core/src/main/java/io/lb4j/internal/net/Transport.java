package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;

/**
 * One way to reach the sockets of a platform. The loops and the relay are written against this seam
 * alone; how a transport behaves is laid down by the contract test that every one passes.
 */
public interface Transport {
  /** The short name that logs and settings use, such as {@code nio}. */
  String name();

  /**
   * Opens the poller of one event loop.
   *
   * @throws IOException when the system has no descriptor left
   */
  Poller openPoller() throws IOException;

  /**
   * Whether a {@link DatagramPort} that is bound to all addresses knows to which of them a datagram
   * was sent, and can answer from there. If not, each address needs a port of its own.
   */
  boolean tellsLocalAddress();

  /**
   * Whether the system spreads the peers over datagram sockets that are bound to the same address,
   * each peer always to the same one.
   */
  boolean spreadsDatagrams();

  /**
   * Tries whether these settings can be had on sockets of an address's family, so that what cannot
   * be had does not show at every flow.
   *
   * @throws IOException when the transport does not know one of them or the system refuses it; the
   *     message names it
   */
  void check(SocketSettings settings, SocketAddress address) throws IOException;
}
