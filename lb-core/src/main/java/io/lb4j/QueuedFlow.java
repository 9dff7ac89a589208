package io.lb4j;

import io.lb4j.internal.util.Deadline;

/**
 * A flow's place in the queue of a pool, of the flow's loop but for what the queue does with it.
 * When its time is over, the flow ends.
 */
final class QueuedFlow extends Deadline {
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
}
