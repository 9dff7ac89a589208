package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Closes flows of members that have more than their share, at a rate, until none has. On the pool's
 * control thread; the flows end on their loops.
 *
 * <p>It plans once for all that is too many, the flows that were idle longest first, and when the
 * plan is carried out it looks again: the clients may have come back to where they were.
 */
final class Rebalancer extends Deadline {
  private static final long SECOND = 1_000_000_000;

  /** How long the flows of one plan have to end before the next plan counts. */
  private static final long PAUSE_NANOS = 2 * SECOND;

  /** So that other things of the control thread have their turn. */
  private static final int MOST_AT_ONCE = 100;

  private final Pool pool;
  private final EventLoop control;
  private final Deque<ActiveFlow> plan = new ArrayDeque<>();
  private long nanosEach;
  private long nextNanos;

  Rebalancer(Pool pool, EventLoop control) {
    this.pool = pool;
    this.control = control;
  }

  /** Begins, or goes on at another rate; 0 stops it. */
  void rate(int flowsPerSecond) {
    control.cancel(this);
    if (flowsPerSecond == 0) {
      plan.clear();
      return;
    }
    nanosEach = SECOND / flowsPerSecond;
    nextNanos = control.momentNanos();
    onDue();
  }

  @Override
  protected void onDue() {
    if (plan.isEmpty()) {
      plan();
    }
    if (plan.isEmpty()) {
      return; // that is all
    }
    long now = control.momentNanos();
    for (int i = 0; i < MOST_AT_ONCE && !plan.isEmpty() && nextNanos - now <= 0; i++) {
      if (close(plan.remove())) {
        nextNanos += nanosEach;
      }
    }
    long wait = Math.max(0, nextNanos - now);
    control.arm(this, plan.isEmpty() ? Math.max(wait, PAUSE_NANOS) : wait);
  }

  private static boolean close(ActiveFlow flow) {
    boolean stillMoves = flow.phase() == Flow.Phase.RELAYING && flow.closeReason().isEmpty();
    if (stillMoves) {
      flow.close(CloseReason.REBALANCED);
    }
    return stillMoves;
  }

  private void plan() {
    Map<PoolMember, Integer> surplus = surplus(pool.availableMembers());
    if (surplus.isEmpty()) {
      return;
    }
    List<Idle> candidates = new ArrayList<>();
    pool.flows().forEach(flow -> consider(flow, surplus, candidates));
    candidates.sort(Comparator.comparingLong(Idle::nanos).reversed());
    for (Idle candidate : candidates) {
      int left = surplus.get(candidate.member());
      if (left > 0) {
        surplus.put(candidate.member(), left - 1);
        plan.add(candidate.flow());
      }
    }
    nextNanos = Math.max(nextNanos - control.momentNanos(), 0) + control.momentNanos();
  }

  /** A flow that could be closed, and how long nothing has moved in it. */
  private record Idle(ActiveFlow flow, PoolMember member, long nanos) {}

  private static void consider(
      ActiveFlow flow, Map<PoolMember, Integer> surplus, List<Idle> candidates) {
    PoolMember member = flow.member().orElse(null);
    if (flow.phase() == Flow.Phase.RELAYING && surplus.containsKey(member)) {
      candidates.add(new Idle(flow, member, flow.idle().toNanos()));
    }
  }

  /** How many flows are too many. */
  static int surplusOf(PoolView view) {
    return surplus(view.available()).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many flows each member has beyond its share by weight and one more; only those that do. */
  static Map<PoolMember, Integer> surplus(List<PoolMember> available) {
    long flows = 0;
    long weights = 0;
    for (PoolMember member : available) {
      flows += member.activeFlows();
      weights += member.effectiveWeight();
    }
    Map<PoolMember, Integer> surplus = new HashMap<>();
    if (weights == 0) {
      return surplus; // nobody wants any
    }
    for (PoolMember member : available) {
      long share = (flows * member.effectiveWeight() + weights - 1) / weights; // rounded up
      long beyond = member.activeFlows() - share - 1;
      if (beyond > 0) {
        surplus.put(member, (int) beyond);
      }
    }
    return surplus;
  }
}
