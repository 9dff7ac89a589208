package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.concurrent.TimeUnit;

/** One loop's side of its pool's queue: here its flows come in, are served and go. */
final class WaitingRoom {
  /**
   * How long after a vain look the next one is due at the latest. Some room is made without anyone
   * telling, that of a slow start for example.
   */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Pool pool;
  private final FlowQueue queue;
  private final Dispatcher dispatcher;
  private final EventLoop loop;
  private final Deadline look =
      new Deadline() {
        @Override
        protected void onDue() {
          queue.wake();
        }
      };

  WaitingRoom(Pool pool, FlowQueue queue, Dispatcher dispatcher) {
    this.pool = pool;
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.loop = dispatcher.loop();
  }

  /** Whether others wait, so that a flow that comes now has to wait behind them. */
  boolean isOccupied() {
    return !queue.isEmpty();
  }

  /** Whether a flow may wait for what it was refused for. One that has tried a member may not. */
  static boolean isWorthWaiting(ActiveFlow flow, CloseReason refusal) {
    return flow.attempts().isEmpty()
        && (refusal == CloseReason.NO_MEMBER || refusal == CloseReason.MEMBERS_FULL);
  }

  /** A flow comes in, or is refused if the queue is full. */
  void enter(ActiveFlow flow) {
    if (flow.hasEnded()) {
      return; // the strategy closed it
    }
    QueuedFlow place = new QueuedFlow(dispatcher, flow);
    FlowState queued = flow.state().queued();
    if (!queue.join(place)) {
      dispatcher.abort(flow, CloseReason.QUEUE_FULL);
      return;
    }
    flow.place(place);
    flow.moveTo(queued);
    loop.arm(place, queue.timeoutNanos());
    flow.watchClient();
  }

  /** A flow goes, served or not; nothing happens if it does not wait. */
  void leave(ActiveFlow flow) {
    if (flow.place() != null) {
      queue.leave(comeOut(flow));
    }
  }

  private QueuedFlow comeOut(ActiveFlow flow) {
    QueuedFlow place = flow.place();
    flow.place(null);
    loop.cancel(place);
    return place;
  }

  /** Its turn has come: whether it needs its place no more. */
  boolean serve(QueuedFlow place) {
    ActiveFlow flow = place.flow();
    if (flow.place() == null) {
      return true; // it has gone meanwhile
    }
    MemberChoice.Choice made = dispatcher.choose(flow);
    boolean waitsOn =
        made instanceof MemberChoice.Refused refused
            && isWorthWaiting(flow, refused.reason())
            && flow.place() != null;
    if (waitsOn) {
      loop.arm(look, nanosUntilLook());
      return false;
    }
    if (flow.place() != null) { // else the strategy closed it
      comeOut(flow);
    }
    dispatcher.carryOut(flow, made);
    return true;
  }

  private long nanosUntilLook() {
    long nanos = LOOK_NANOS;
    for (PoolMember member : pool.view().available()) {
      nanos = Math.min(nanos, member.nanosUntilRate());
    }
    return nanos;
  }
}
