package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.Deadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a loop that is held up in one turn, by a callback that blocks for example, while it still
 * is; the log then says where it stands. It gets no new flows until it goes on. A loop counts as
 * stalled when two looks in a row find it in the same turn, so that a pause of the whole process is
 * not taken for a stall.
 */
final class LoopWatch extends Deadline {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final int CALLS_SHOWN = 5;

  private final List<? extends Dispatcher> dispatchers;
  private final Clock clock;
  private final EventLoop control;
  private final long[] turnSeenNanos;

  /**
   * A watch over the loops of some dispatchers.
   *
   * @param control the loop that it runs on; not one of theirs
   */
  LoopWatch(List<? extends Dispatcher> dispatchers, Clock clock, EventLoop control) {
    this.dispatchers = dispatchers;
    this.clock = clock;
    this.control = control;
    turnSeenNanos = new long[dispatchers.size()];
    Arrays.fill(turnSeenNanos, EventLoop.WAITING);
  }

  /** Begins to watch, on the control loop. */
  void start() {
    control.arm(this, BETWEEN_LOOKS.toNanos());
  }

  /** Ends watching, on the control loop. */
  void stop() {
    control.cancel(this);
  }

  @Override
  protected void onDue() {
    control.arm(this, BETWEEN_LOOKS.toNanos());
    look();
  }

  void look() {
    for (int i = 0; i < turnSeenNanos.length; i++) {
      Dispatcher dispatcher = dispatchers.get(i);
      long turnNanos = dispatcher.loop().busySinceNanos();
      boolean sameTurn = turnNanos != EventLoop.WAITING && turnNanos == turnSeenNanos[i];
      if (sameTurn && !dispatcher.isStalled()) {
        dispatcher.stalled(true);
        sayStalled(dispatcher.loop(), clock.nanoTime() - turnNanos);
      } else if (!sameTurn && dispatcher.isStalled()) {
        dispatcher.stalled(false);
        LOG.warn("{} goes on", dispatcher.loop());
      }
      turnSeenNanos[i] = turnNanos;
    }
  }

  private static void sayStalled(EventLoop loop, long nanos) {
    StackTraceElement[] calls = loop.whereabouts();
    String where =
        IntStream.range(0, calls.length)
            .filter(i -> i == 0 || !isOfTheJdk(calls[i]))
            .limit(CALLS_SHOWN)
            .mapToObj(i -> calls[i].toString())
            .collect(Collectors.joining(" < "));
    String time = Durations.brief(Duration.ofNanos(nanos));
    LOG.warn("{} has been held up for {}, and its flows with it, at {}", loop, time, where);
  }

  /** Such calls say how it waits; those of the host say why. */
  private static boolean isOfTheJdk(StackTraceElement call) {
    return call.getClassName().startsWith("java.") || call.getClassName().startsWith("jdk.");
  }
}
