package io.lb4j.internal.net;

import java.io.IOException;

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
}
