package io.lb4j.internal.net;

/** How a {@link Relay} ended. */
public enum RelayEnd {
  /** Both sides ended their stream in order. */
  COMPLETED,
  /** The client reset the connection or vanished. */
  CLIENT_RESET,
  /** The server reset the connection or vanished. */
  SERVER_RESET,
  /** No byte moved for the idle timeout. */
  IDLE_TIMEOUT,
  /** No byte moved for the half-close timeout after one side had ended. */
  HALF_CLOSE_TIMEOUT,
  /** {@link Relay#abort} was called. */
  ABORTED,
  /** A mistake of ours; the log has it. */
  FAILED
}
