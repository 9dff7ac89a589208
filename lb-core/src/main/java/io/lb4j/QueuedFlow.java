package io.lb4j;

import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.util.Deadline;

/**
 * A flow's place in the queue of a pool, of the flow's loop but for what the queue does with it.
 * When its time is over, or its client is gone, the flow ends.
 */
final class QueuedFlow extends Deadline implements ReadyHandler {
  private final Dispatcher dispatcher;
  private final ActiveFlow flow;

  QueuedFlow(Dispatcher dispatcher, ActiveFlow flow) {
    this.dispatcher = dispatcher;
    this.flow = flow;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  ActiveFlow flow() {
    return flow;
  }

  @Override
  protected void onDue() {
    dispatcher.abort(flow, CloseReason.QUEUE_TIMEOUT);
  }

  /** Of the client's socket, which is watched for nothing but its loss. */
  @Override
  public void onReady(boolean readable, boolean writable) {
    dispatcher.abort(flow, CloseReason.CLIENT_RESET);
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    dispatcher.abort(flow, CloseReason.INTERNAL_ERROR);
  }
}
