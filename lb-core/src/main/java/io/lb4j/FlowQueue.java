package io.lb4j;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where flows wait when no member can be had, first come, first served, over all loops of all
 * virtual servers of a pool. Nothing here is touched, but for the size, while nobody waits.
 *
 * <p><b>One turn at a time.</b> Whoever makes room calls {@link #wake}. That gives the turn to the
 * flow at the head: it chooses a member on its own loop, and the turn goes on to the next until one
 * finds no room. Nobody else may choose meanwhile, so none is overtaken, and the members' limits
 * are kept as ever, by reserving. Room that is made while someone has the turn is noted, and the
 * turn then does not end before it was tried again: so no wake-up is lost. A loop that a callback
 * holds up while it has the turn holds up the queue; the flows of other loops then run into their
 * timeout.
 */
final class FlowQueue {
  /** A loop has other things to do as well. */
  private static final int SERVED_AT_ONCE = 16;

  private final int length;
  private final long timeoutNanos;
  private final Runnable onFull;
  private final Object lock = new Object();
  private final Set<QueuedFlow> waiting = new LinkedHashSet<>(); // guarded by lock
  private boolean serving; // guarded by lock
  private boolean roomMade; // guarded by lock
  private boolean full; // guarded by lock
  private volatile int size;

  /**
   * An empty one.
   *
   * @param onFull told when it has become full; again only after it was half empty
   */
  FlowQueue(QueuePolicy policy, Runnable onFull) {
    this.length = policy.length();
    this.timeoutNanos = policy.timeout().orElseThrow().toNanos();
    this.onFull = onFull;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Takes a place at the end; false when there is none. */
  boolean join(QueuedFlow flow) {
    boolean first;
    boolean fills;
    synchronized (lock) {
      if (waiting.size() >= length) {
        return false;
      }
      waiting.add(flow);
      first = waiting.size() == 1;
      fills = waiting.size() == length && !full;
      full |= fills;
      size = waiting.size();
    }
    if (fills) {
      onFull.run();
    }
    if (first) {
      wake(); // room may have been made before anyone could know that it was waited for
    }
    return true;
  }

  /** Gives up a place; nothing happens if it is given up already. */
  void leave(QueuedFlow flow) {
    boolean wasFirst;
    synchronized (lock) {
      wasFirst = !waiting.isEmpty() && waiting.iterator().next() == flow;
      remove(flow);
    }
    if (wasFirst) {
      wake(); // the loop that looked after the first one may be about to end
    }
  }

  private void remove(QueuedFlow flow) {
    waiting.remove(flow);
    size = waiting.size();
    full &= size > length / 2;
  }

  /** There may be room. Any thread; free while nobody waits. */
  void wake() {
    if (size == 0) {
      return;
    }
    QueuedFlow first;
    synchronized (lock) {
      roomMade = true;
      if (serving || waiting.isEmpty()) {
        return;
      }
      serving = true;
      first = waiting.iterator().next();
    }
    giveTurn(first);
  }

  private void giveTurn(QueuedFlow to) {
    boolean settled = false;
    try {
      QueuedFlow flow = to;
      while (flow != null && !isGivenTo(flow)) {
        flow = after(flow, true); // its loop has ended, and itself with it
      }
      settled = true;
    } finally {
      if (!settled) {
        endTurn(); // no memory, say: the next who makes room begins anew
      }
    }
  }

  private boolean isGivenTo(QueuedFlow flow) {
    return flow.dispatcher().loop().execute(() -> serveFrom(flow));
  }

  /** On the loop of the flow that has the turn. */
  private void serveFrom(QueuedFlow first) {
    QueuedFlow flow = first;
    for (int served = 0; flow != null; served++) {
      if (served == SERVED_AT_ONCE || !flow.dispatcher().loop().inLoop()) {
        giveTurn(flow);
        return;
      }
      flow = serve(flow);
    }
  }

  /** Serves one; returns who is next, null when the turn ends. */
  private QueuedFlow serve(QueuedFlow flow) {
    boolean settled = false;
    try {
      startTurn();
      boolean done = flow.dispatcher().serve(flow);
      settled = true;
      return after(flow, done);
    } finally {
      if (!settled) {
        endTurn();
      }
    }
  }

  private void endTurn() {
    synchronized (lock) {
      serving = false;
    }
  }

  private void startTurn() {
    synchronized (lock) {
      roomMade = false;
    }
  }

  /** Who has the turn next; null when it ends. */
  private QueuedFlow after(QueuedFlow flow, boolean done) {
    synchronized (lock) {
      if (done) {
        remove(flow);
      }
      Iterator<QueuedFlow> rest = waiting.iterator();
      if (rest.hasNext() && (done || roomMade)) {
        return rest.next();
      }
      serving = false;
      return null;
    }
  }
}
