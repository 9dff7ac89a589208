package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Hears what comes in at a {@link DatagramPort}, on the thread of its loop. */
public interface DatagramHandler {
  /**
   * A datagram has come, whole.
   *
   * @param origin whence; good during the call only
   * @param payload a direct buffer with all of it, maybe nothing, between position and limit; good
   *     during the call only
   */
  void onDatagram(DatagramOrigin origin, ByteBuffer payload);

  /** One that was given to {@link DatagramPort#send} was dropped. */
  void onDropped(DatagramOutcome why);

  /** Receiving failed. The port is unharmed and goes on. */
  void onReceiveFailure(IOException failure);

  /** {@link #onDatagram} threw; must not throw again. */
  void onHandlerFailure(Throwable failure);
}
