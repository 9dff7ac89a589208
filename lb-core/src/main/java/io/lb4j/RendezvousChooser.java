package io.lb4j;

import io.lb4j.internal.balance.Rendezvous;
import java.util.List;

/** Gives each key the member that scores highest for it; see {@link Rendezvous}. */
final class RendezvousChooser extends HashChooser {
  /** By the client's address; the oldest of those that hash. */
  static final BalancingStrategy SOURCE_HASH =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new RendezvousChooser(available, FlowHash.ofAddressBits(), LoadCap.NO_FACTOR);
        }

        @Override
        public String toString() {
          return "sourceHash";
        }
      };

  private static final int NONE = -1;

  private final long[] mixed;

  RendezvousChooser(List<PoolMember> available, FlowHash hash, double loadFactor) {
    super(available, available, hash, loadFactor);
    this.mixed =
        available.stream()
            .mapToLong(member -> Rendezvous.mix(Rendezvous.hash(member.address().toString())))
            .toArray();
  }

  @Override
  PoolMember chooseFor(Flow flow, long key, double perWeight) {
    int best = best(flow, key, perWeight);
    if (best == NONE && perWeight != LoadCap.NO_FACTOR) {
      best = best(flow, key, LoadCap.NO_FACTOR);
    }
    return members[Math.max(best, 0)];
  }

  private int best(Flow flow, long key, double perWeight) {
    int best = NONE;
    double bestScore = -1;
    for (int i = 0; i < members.length; i++) {
      double score = Rendezvous.scoreAbove(bestScore, key, mixed[i], weights[i]);
      if (score > bestScore && cap.hasRoom(i, perWeight) && flow.mayUse(members[i])) {
        best = i;
        bestScore = score;
      }
    }
    return best;
  }
}
