package io.lb4j;

import io.lb4j.internal.balance.LoadOrder;
import io.lb4j.internal.balance.Weights;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws two different members and takes the less loaded. */
final class TwoChoicesChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new TwoChoicesChooser(available);
        }

        @Override
        public String toString() {
          return "randomTwoChoices";
        }
      };

  /** Up to this many members, looking at all costs no more than drawing. */
  private static final int SCAN_ALL = 8;

  private final PoolMember[] members;
  private final int[] weights;

  private TwoChoicesChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = Candidates.weightsOf(available);
  }

  @Override
  public PoolMember choose(Flow flow) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = random.nextInt(members.length);
    if (members.length <= SCAN_ALL) {
      return Candidates.lightest(flow, members, weights, LoadOrder.LEAST_FOR_WEIGHT, first);
    }
    int second = random.nextInt(members.length - 1);
    second += second >= first ? 1 : 0; // any but the first, each as likely
    int firstLoad = members[first].activeFlows();
    int secondLoad = members[second].activeFlows();
    boolean secondIsLighter =
        Weights.isLighter(secondLoad, weights[second], firstLoad, weights[first]);
    PoolMember lighter = members[secondIsLighter ? second : first];
    PoolMember other = members[secondIsLighter ? first : second];
    if (flow.mayUse(lighter)) {
      return lighter;
    }
    return flow.mayUse(other) ? other : Candidates.firstUsable(flow, members, first);
  }
}
