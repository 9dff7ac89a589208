package io.lb4j.internal.net;

/** Hears that a {@link StreamSocket} is ready for what is watched, on the thread of its loop. */
public interface ReadyHandler {
  /**
   * The socket is ready.
   *
   * @param readable a read will return bytes, the end, or an error
   * @param writable a write will take bytes, or a pending connect has ended
   */
  void onReady(boolean readable, boolean writable);

  /** {@link #onReady} threw: the owner gives up both sockets and must not throw again. */
  void onHandlerFailure(Throwable failure);
}
