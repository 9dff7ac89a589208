package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Closes one loop's flows of a member one after the other, each at a time of its own, so that not
 * all their clients come again at once. Ends when the member is back.
 */
final class MemberDrain extends Deadline {
  private final EventLoop loop;
  private final MemberExit exit;
  private final List<ActiveFlow> flows;
  private final BiConsumer<ActiveFlow, CloseReason> closer;
  private final Consumer<MemberDrain> whenOver;
  private long begunNanos;
  private double stepNanos;
  private double offset;
  private int next;

  /**
   * Prepares it.
   *
   * @param closer ends a flow
   * @param whenOver told when nothing is left to do
   */
  MemberDrain(
      EventLoop loop,
      MemberExit exit,
      List<ActiveFlow> flows,
      BiConsumer<ActiveFlow, CloseReason> closer,
      Consumer<MemberDrain> whenOver) {
    this.loop = loop;
    this.exit = exit;
    this.flows = List.copyOf(flows);
    this.closer = closer;
    this.whenOver = whenOver;
  }

  MemberExit exit() {
    return exit;
  }

  /**
   * Begins.
   *
   * @param overNanos when the last flow is closed
   * @param offset which part of the time between two flows comes before the first, 0 to 1
   */
  void start(long overNanos, double offset) {
    begunNanos = loop.momentNanos();
    stepNanos = (double) overNanos / Math.max(1, flows.size());
    this.offset = offset;
    armNext();
  }

  private void armNext() {
    while (next < flows.size() && flows.get(next).hasEnded()) {
      next++;
    }
    if (next == flows.size()) {
      whenOver.accept(this);
      return;
    }
    long at = (long) ((next + offset) * stepNanos);
    loop.arm(this, Math.max(0, at - (loop.momentNanos() - begunNanos)));
  }

  @Override
  protected void onDue() {
    if (!exit.lasts()) {
      whenOver.accept(this); // the rest goes on
      return;
    }
    closer.accept(flows.get(next), exit.reason());
    armNext();
  }
}
