package io.lb4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members that one loop's flows are being drained from. A member that cannot be had for two
 * reasons is drained for each: one may be over before the other.
 */
final class MemberDrains {
  private final Dispatcher dispatcher;
  private final Map<MemberExit, MemberDrain> running = new HashMap<>();

  MemberDrains(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Begins to drain; what was begun before for the same reason is given up. */
  void begin(MemberExit exit, List<ActiveFlow> flows, long overNanos, double offset) {
    MemberDrain drain =
        new MemberDrain(dispatcher.loop(), exit, flows, dispatcher::abort, this::ended);
    MemberDrain before = running.put(exit, drain);
    if (before != null) {
      dispatcher.loop().cancel(before);
    }
    drain.start(overNanos, offset);
  }

  private void ended(MemberDrain drain) {
    running.remove(drain.exit(), drain);
  }
}
