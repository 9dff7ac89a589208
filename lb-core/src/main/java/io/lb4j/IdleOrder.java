package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;

/**
 * The sessions of one loop by when something last moved in them. All may be idle for the same time,
 * so one deadline does for all of them: that of the one that has been idle for longest.
 */
final class IdleOrder extends Deadline {
  private final EventLoop loop;
  private final long timeoutNanos;
  private final DatagramDispatcher dispatcher;
  private DatagramFlow oldest;
  private DatagramFlow newest;

  IdleOrder(EventLoop loop, long timeoutNanos, DatagramDispatcher dispatcher) {
    this.loop = loop;
    this.timeoutNanos = timeoutNanos;
    this.dispatcher = dispatcher;
  }

  /** The session that has been idle for longest; null if there is none. */
  DatagramFlow oldest() {
    return oldest;
  }

  /** A new session, or one in which something moves at this moment. */
  void touch(DatagramFlow flow) {
    if (flow != newest) {
      remove(flow);
      flow.older = newest;
      if (newest == null) {
        oldest = flow;
        loop.arm(this, timeoutNanos);
      } else {
        newest.newer = flow;
      }
      newest = flow;
    }
  }

  /** It is not waited for any more; nothing happens when it never was. */
  void remove(DatagramFlow flow) {
    if (flow.older != null) {
      flow.older.newer = flow.newer;
    } else if (oldest == flow) {
      oldest = flow.newer;
    }
    if (flow.newer != null) {
      flow.newer.older = flow.older;
    } else if (newest == flow) {
      newest = flow.older;
    }
    flow.older = null;
    flow.newer = null;
  }

  @Override
  protected void onDue() {
    try {
      while (oldest != null && idleNanos(oldest) >= timeoutNanos) {
        DatagramFlow due = oldest;
        remove(due); // first: whatever the end of it comes to, it does not come again
        dispatcher.idle(due);
      }
    } finally {
      if (oldest != null) {
        loop.arm(this, timeoutNanos - idleNanos(oldest));
      }
    }
  }

  private long idleNanos(DatagramFlow flow) {
    return loop.nowNanos() - flow.lastMoveNanos();
  }
}
