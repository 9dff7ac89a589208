package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of one loop by when something last moved in them. All may be idle for the same time,
 * so one deadline does for all of them: that of the one that has been idle for longest.
 */
final class IdleOrder extends Deadline {
  private static final long PATIENCE_SECONDS = 1;

  private final EventLoop loop;
  private final long timeoutNanos;
  private final DatagramDispatcher dispatcher;
  private long lateNanos; // as the loop had been when it was looked at
  private long arrivals; // likewise
  private long patientUntilNanos;
  private DatagramFlow oldest;
  private DatagramFlow newest;

  IdleOrder(EventLoop loop, long timeoutNanos, DatagramDispatcher dispatcher) {
    this.loop = loop;
    this.timeoutNanos = timeoutNanos;
    this.dispatcher = dispatcher;
    lateNanos = loop.lateNanos();
    patientUntilNanos = loop.nowNanos();
  }

  /** The session that has been idle for longest, but for one; null if there is none. */
  DatagramFlow oldestBut(DatagramFlow spared) {
    return oldest != null && oldest == spared ? oldest.newer : oldest;
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
    if (mayHaveUnread()) {
      loop.arm(this, 1);
      return;
    }
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

  /**
   * Whether the loop was held up, or the whole process, and datagrams that came meanwhile are still
   * being read: a turn reads but some of them. Not for longer than {@value #PATIENCE_SECONDS} s.
   */
  private boolean mayHaveUnread() {
    if (loop.lateNanos() != lateNanos) {
      lateNanos = loop.lateNanos();
      patientUntilNanos = loop.nowNanos() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    }
    boolean more = dispatcher.arrivals() != arrivals;
    arrivals = dispatcher.arrivals();
    return more && loop.nowNanos() - patientUntilNanos < 0;
  }

  private long idleNanos(DatagramFlow flow) {
    return loop.nowNanos() - flow.lastMoveNanos();
  }
}
