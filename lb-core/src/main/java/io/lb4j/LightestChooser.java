package io.lb4j;

import io.lb4j.internal.balance.LoadOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at every member's open flows and takes the one that comes first in some order; where it
 * begins goes round, and so do ties.
 */
final class LightestChooser implements BuiltInChooser {
  static final BalancingStrategy LEAST_CONNECTIONS =
      new Strategy("leastConnections", LoadOrder.LEAST_FOR_WEIGHT);
  static final BalancingStrategy SHORTEST_EXPECTED_DELAY =
      new Strategy("shortestExpectedDelay", LoadOrder.SHORTEST_EXPECTED_DELAY);
  static final BalancingStrategy NEVER_QUEUE =
      new Strategy("neverQueue", LoadOrder.IDLE_THEN_SHORTEST_DELAY);

  private record Strategy(String name, LoadOrder order) implements BalancingStrategy {
    @Override
    public Chooser over(List<PoolMember> available) {
      return new LightestChooser(available, order);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final PoolMember[] members;
  private final int[] weights;
  private final LoadOrder order;
  private final AtomicInteger cursor = new AtomicInteger();

  private LightestChooser(List<PoolMember> available, LoadOrder order) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = Candidates.weightsOf(available);
    this.order = order;
  }

  @Override
  public PoolMember choose(Flow flow) {
    int start = Candidates.turn(cursor, members.length);
    return Candidates.lightest(flow, members, weights, order, start);
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    int start = Candidates.nextTurn(cursor, 0, members.length);
    return Optional.of(Candidates.lightest(flow, members, weights, order, start));
  }
}
