package io.lb4j;

import io.lb4j.internal.balance.CumulativeWeights;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws a member, each as likely as its weight. */
final class WeightedRandomChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new WeightedRandomChooser(available);
        }

        @Override
        public String toString() {
          return "weightedRandom";
        }
      };

  private final PoolMember[] members;
  private final CumulativeWeights weights;

  WeightedRandomChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = new CumulativeWeights(Candidates.weightsOf(available));
  }

  @Override
  public PoolMember choose(Flow flow) {
    int drawn = weights.draw(ThreadLocalRandom.current());
    return Candidates.firstUsable(flow, members, drawn);
  }
}
