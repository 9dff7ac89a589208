package io.lb4j;

import io.lb4j.internal.balance.DistinctDraws;
import io.lb4j.internal.balance.LoadOrder;
import io.lb4j.internal.balance.Weights;
import io.lb4j.internal.util.Checks;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws some different members and takes the least loaded. */
final class ChoicesChooser implements BuiltInChooser {
  private static final int MOST = 32;

  /** Up to this many members, looking at all costs no more than drawing. */
  private static final int SCAN_ALL = 8;

  static BalancingStrategy strategy(int choices) {
    return new Strategy(Checks.range("choices", choices, 2, MOST));
  }

  private record Strategy(int choices) implements BalancingStrategy {
    @Override
    public Chooser over(List<PoolMember> available) {
      return new ChoicesChooser(available, choices);
    }

    @Override
    public String toString() {
      return "choices(" + choices + ")";
    }
  }

  private final PoolMember[] members;
  private final int[] weights;
  private final int choices;

  private ChoicesChooser(List<PoolMember> available, int choices) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = Candidates.weightsOf(available);
    this.choices = choices;
  }

  @Override
  public PoolMember choose(Flow flow) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (members.length <= Math.max(SCAN_ALL, 2 * choices)) {
      int start = random.nextInt(members.length);
      return Candidates.lightest(flow, members, weights, LoadOrder.LEAST_FOR_WEIGHT, start);
    }
    long seed = random.nextLong();
    int best = lightestDrawn(flow, seed);
    return best >= 0
        ? members[best]
        : Candidates.firstUsable(flow, members, DistinctDraws.at(seed, 0, members.length));
  }

  /** The usable one with the least load of those drawn; -1 when none of them may be used. */
  private int lightestDrawn(Flow flow, long seed) {
    int best = -1;
    int bestLoad = 0;
    int raw = -1;
    for (int drawn = 0; drawn < choices; drawn++) {
      raw = DistinctDraws.next(seed, raw, members.length);
      int index = DistinctDraws.at(seed, raw, members.length);
      int load = members[index].activeFlows();
      boolean lighter =
          best < 0 || Weights.isLighter(load, weights[index], bestLoad, weights[best]);
      if (lighter && flow.mayUse(members[index])) {
        best = index;
        bestLoad = load;
      }
    }
    return best;
  }
}
