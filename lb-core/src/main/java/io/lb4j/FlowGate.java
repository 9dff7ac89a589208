package io.lb4j;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the open flows of a virtual server over all its loops, against their maximum; and tells
 * when none is left.
 */
final class FlowGate {
  private final int maxFlows;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean watched;

  FlowGate(int maxFlows) {
    this.maxFlows = maxFlows;
  }

  /** Lets a flow in unless there are as many as there may be. */
  boolean enter() {
    int flows = open.get();
    while (flows < maxFlows) {
      int seen = open.compareAndExchange(flows, flows + 1);
      if (seen == flows) {
        return true;
      }
      flows = seen;
    }
    return false;
  }

  /** A flow that was let in has ended. */
  void leave() {
    if (open.decrementAndGet() == 0 && watched) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Waits until no flow is open, at most so long; whether that came. */
  synchronized boolean awaitEmpty(long nanos) throws InterruptedException {
    watched = true;
    long end = System.nanoTime() + nanos;
    for (long left = nanos; open.get() > 0; left = end - System.nanoTime()) {
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000, (int) (left % 1_000_000));
    }
    return true;
  }
}
