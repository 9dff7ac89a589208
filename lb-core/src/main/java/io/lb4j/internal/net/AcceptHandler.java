package io.lb4j.internal.net;

import java.io.IOException;

/** Hears what a {@link ListenSocket} accepts, on the thread of its loop. */
public interface AcceptHandler {
  /** A connection came in. It must be adopted by a poller or refused. */
  void onAccept(Accepted accepted);

  /**
   * Accepting failed: out of descriptors, for example. The listening socket is unharmed and will be
   * asked again at once unless {@link ListenSocket#accepting} is switched off.
   */
  void onAcceptFailure(IOException failure);
}
