package io.lb4j.internal.net;

/**
 * How every transport calls a {@link ReadyHandler}: what it throws ends its own flow and never
 * reaches the loop.
 */
final class ReadyDispatch {
  private ReadyDispatch() {}

  static void ready(ReadyHandler handler, boolean readable, boolean writable) {
    try {
      handler.onReady(readable, writable);
    } catch (Throwable failure) { // also an Error: the loop carries flows that have no part in it
      handler.onHandlerFailure(failure);
    }
  }
}
