package io.lb4j;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How an ejected member comes back: one flow at a time may try it. Each ejection has a trial of its
 * own, so that what a flow tells late is never taken for news of a later one. The place belongs to
 * its flow: nobody else gives it back. A flow takes and leaves it on its loop.
 */
final class Trial {
  private final AtomicReference<Flow> holder = new AtomicReference<>();
  private volatile long connectedNanos;
  private volatile boolean connected;

  /** Whether no flow has the place. */
  boolean isFree() {
    return holder.get() == null;
  }

  /** Takes the place; false if another flow has it. */
  boolean take(Flow flow) {
    return holder.compareAndSet(null, flow);
  }

  boolean isHeldBy(Flow flow) {
    return holder.get() == flow;
  }

  /** The flow does not come, or ended and proved nothing: another may try. */
  void leave(Flow flow) {
    if (isHeldBy(flow)) {
      connected = false;
      holder.set(null);
    }
  }

  /** The flow that has the place has been connected, which alone proves nothing yet. */
  void connected(long nowNanos) {
    connectedNanos = nowNanos;
    connected = true;
  }

  /** Whether a flow has stayed connected for so long. */
  boolean hasRunFor(long nanos, long nowNanos) {
    return connected && nowNanos - connectedNanos >= nanos;
  }
}
