package io.lb4j;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks at every member's open flows; where it begins goes round, and so do ties. */
final class LeastConnectionsChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new LeastConnectionsChooser(available);
        }

        @Override
        public String toString() {
          return "leastConnections";
        }
      };

  private final PoolMember[] members;
  private final int[] weights;
  private final AtomicInteger cursor = new AtomicInteger();

  private LeastConnectionsChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = Candidates.weightsOf(available);
  }

  @Override
  public PoolMember choose(Flow flow) {
    int start = Candidates.turn(cursor, members.length);
    return Candidates.lightest(flow, members, weights, start);
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    int start = Candidates.nextTurn(cursor, 0, members.length);
    return Optional.of(Candidates.lightest(flow, members, weights, start));
  }
}
