package io.lb4j;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes turns. The cursor outlives the chooser, so that a flapping member does not favour the first
 * of the list.
 */
final class RoundRobinChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new RoundRobinChooser(available, new AtomicInteger());
        }

        @Override
        public Chooser over(List<PoolMember> available, Chooser previous) {
          return previous instanceof RoundRobinChooser before
              ? new RoundRobinChooser(available, before.cursor)
              : over(available);
        }

        @Override
        public String toString() {
          return "roundRobin";
        }
      };

  private final PoolMember[] members;
  private final AtomicInteger cursor;

  private RoundRobinChooser(List<PoolMember> available, AtomicInteger cursor) {
    this.members = available.toArray(PoolMember[]::new);
    this.cursor = cursor;
  }

  @Override
  public PoolMember choose(Flow flow) {
    return Candidates.firstUsable(flow, members, Candidates.turn(cursor, members.length));
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    int turn = Candidates.nextTurn(cursor, 0, members.length);
    return Optional.of(Candidates.firstUsable(flow, members, turn));
  }
}
