package io.lb4j.internal.net;

import java.nio.ByteBuffer;

/** Hears what a {@link Relay} does, on its loop. */
public interface RelayListener {
  /** Whether {@link #onBytes} is wanted; asked once. */
  boolean wantsBytes();

  /**
   * Bytes were read and are about to be passed on.
   *
   * @param fromClient the direction
   * @param bytes a read-only view, good during the call only
   */
  void onBytes(boolean fromClient, ByteBuffer bytes);

  /** The first bytes from the client were read, and none from the server yet. Once at most. */
  default void onFirstRequest() {}

  /** The first bytes from the server were read. Called at most once. */
  void onFirstReply();

  /** One side has ended its stream; the other goes on. Called at most once. */
  void onHalfClosed(boolean byClient);

  /** Both sockets are closed and nothing is held any more. Called once. */
  void onEnd(RelayEnd end);
}
