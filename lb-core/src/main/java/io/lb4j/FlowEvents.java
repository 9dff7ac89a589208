package io.lb4j;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings what happens to flows to the host's listeners and taps, through the guard; free when there
 * are none.
 */
final class FlowEvents {
  private final FlowListener[] listeners;
  private final FlowTap[] taps;
  private final CallbackGuard guard;

  FlowEvents(List<FlowListener> listeners, List<FlowTap> taps, CallbackGuard guard) {
    this.listeners = listeners.toArray(FlowListener[]::new);
    this.taps = taps.toArray(FlowTap[]::new);
    this.guard = guard;
  }

  /** Whether anyone may ask a flow about itself when it is over. */
  boolean isWatched() {
    return listeners.length > 0 || taps.length > 0;
  }

  /** What stands between the loops and the host's code. */
  CallbackGuard guard() {
    return guard;
  }

  void opened(Flow flow) {
    if (listeners.length > 0) {
      tell("FlowListener.onOpen", listener -> listener.onOpen(flow));
    }
  }

  void spared(Flow flow, CloseReason reason) {
    if (listeners.length > 0) {
      tell("FlowListener.onSpared", listener -> listener.onSpared(flow, reason));
    }
  }

  void lookupFailed(Flow flow, String cause) {
    if (listeners.length > 0) {
      tell("FlowListener.onLookupFailed", listener -> listener.onLookupFailed(flow, cause));
    }
  }

  void connectFailed(Flow flow, ConnectAttempt attempt) {
    if (listeners.length > 0) {
      tell("FlowListener.onConnectFailed", listener -> listener.onConnectFailed(flow, attempt));
    }
  }

  void connected(Flow flow) {
    if (listeners.length > 0) {
      tell("FlowListener.onConnected", listener -> listener.onConnected(flow));
    }
  }

  void closed(Flow flow, CloseReason reason) {
    if (listeners.length > 0) {
      tell("FlowListener.onClose", listener -> listener.onClose(flow, reason));
    }
  }

  private void tell(String callback, Consumer<FlowListener> call) {
    for (FlowListener listener : listeners) {
      guard.run(callback, () -> call.accept(listener));
    }
  }

  boolean isTapped() {
    return taps.length > 0;
  }

  void data(Flow flow, Direction direction, ByteBuffer bytes) {
    for (FlowTap tap : taps) {
      guard.run("FlowTap.onData", () -> tap.onData(flow, direction, bytes.duplicate()));
    }
  }
}
