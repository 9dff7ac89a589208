package io.lb4j;

import io.lb4j.internal.util.Deadline;
import java.util.random.RandomGenerator;

/**
 * The end of a flow that may not live for ever. It comes up to a tenth earlier than asked for, at
 * random, so that flows that came together do not all come again together.
 */
final class FlowLifetime extends Deadline {
  private static final double JITTER = 0.1;

  private final Dispatcher dispatcher;
  private final ActiveFlow flow;

  FlowLifetime(Dispatcher dispatcher, ActiveFlow flow) {
    this.dispatcher = dispatcher;
    this.flow = flow;
  }

  /** A time between nine tenths of the longest and the longest. */
  static long jittered(long longestNanos, RandomGenerator random) {
    return longestNanos - (long) (longestNanos * JITTER * random.nextDouble());
  }

  @Override
  protected void onDue() {
    dispatcher.abort(flow, CloseReason.MAX_LIFETIME);
  }
}
