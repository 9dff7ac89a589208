package io.lb4j;

/**
 * Hears what becomes of the flows of a virtual server. For each flow: {@link #onOpen} once, then
 * {@link #onSpared} and {@link #onLookupFailed} at most once each, any number of {@link
 * #onConnectFailed}, {@link #onConnected} at most once, and {@link #onClose} once, all on the event
 * loop of that flow. A UDP session may lose its member, which is told as a failed attempt if the
 * member refused it, and is connected once more to the next. Several loops may call at the same
 * time for different flows. Listeners are called in the order in which they were given to the
 * builder.
 *
 * <p>A call must not block: other flows wait meanwhile. One that takes longer than 100 ms is named
 * in a warning. What it throws is logged (at most once a minute per method) and otherwise ignored.
 */
public interface FlowListener {
  /**
   * A client was accepted, or a UDP session has begun. A flow that is refused at once, for a limit,
   * opens and closes as well.
   */
  default void onOpen(Flow flow) {}

  /**
   * The {@link AccessPolicy} would have refused this flow, and lets it in because it is a dry run.
   */
  default void onSpared(Flow flow, CloseReason reason) {}

  /**
   * The {@link PersistenceStore} gave no answer for the flow, or none in time: it goes on as if it
   * was not on record. Told before a member is chosen, at most once.
   *
   * @param cause such as {@code no answer within 200.0ms}
   */
  default void onLookupFailed(Flow flow, String cause) {}

  /** An attempt to connect to a member failed; another one may follow. */
  default void onConnectFailed(Flow flow, ConnectAttempt attempt) {}

  /** The member is connected. */
  default void onConnected(Flow flow) {}

  /** Both sockets are closed. {@link Flow#phase()} tells how far the flow had come. */
  default void onClose(Flow flow, CloseReason reason) {}
}
