package io.lb4j;

import io.lb4j.internal.balance.SmoothSchedule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Goes round a cycle that was laid out beforehand; see {@link SmoothSchedule}. */
final class WeightedRoundRobinChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new WeightedRoundRobinChooser(available, new AtomicInteger());
        }

        @Override
        public Chooser over(List<PoolMember> available, Chooser previous) {
          return previous instanceof WeightedRoundRobinChooser before
              ? new WeightedRoundRobinChooser(available, before.cursor)
              : over(available);
        }

        @Override
        public String toString() {
          return "weightedRoundRobin";
        }
      };

  private final PoolMember[] members;
  private final int[] cycle;
  private final AtomicInteger cursor;

  private WeightedRoundRobinChooser(List<PoolMember> available, AtomicInteger cursor) {
    this.members = available.toArray(PoolMember[]::new);
    this.cycle = SmoothSchedule.of(Candidates.weightsOf(available));
    this.cursor = cursor;
  }

  @Override
  public PoolMember choose(Flow flow) {
    for (int tries = 0; tries < members.length; tries++) {
      PoolMember member = members[cycle[Candidates.turn(cursor, cycle.length)]];
      if (flow.mayUse(member)) {
        return member;
      }
    }
    return Candidates.firstUsable(flow, members, 0);
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    for (int tries = 0; tries < members.length; tries++) {
      PoolMember member = members[cycle[Candidates.nextTurn(cursor, tries, cycle.length)]];
      if (flow.mayUse(member)) {
        return Optional.of(member);
      }
    }
    return Optional.of(Candidates.firstUsable(flow, members, 0));
  }
}
