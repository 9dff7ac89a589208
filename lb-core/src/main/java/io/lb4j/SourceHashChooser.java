package io.lb4j;

import io.lb4j.internal.balance.Rendezvous;
import java.util.List;
import java.util.Optional;

/** Gives each client address the member that scores highest for it; see {@link Rendezvous}. */
final class SourceHashChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new SourceHashChooser(available);
        }

        @Override
        public String toString() {
          return "sourceHash";
        }
      };

  private final PoolMember[] members;
  private final int[] weights;
  private final long[] hashes;

  private SourceHashChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
    this.weights = Candidates.weightsOf(available);
    this.hashes =
        available.stream()
            .mapToLong(member -> Rendezvous.hash(member.address().toString()))
            .toArray();
  }

  @Override
  public PoolMember choose(Flow flow) {
    long key = AddressKey.fold(flow.client());
    int best = 0;
    double bestScore = -1;
    for (int i = 0; i < members.length; i++) {
      double score = Rendezvous.score(key, hashes[i], weights[i]);
      if (score > bestScore && flow.mayUse(members[i])) {
        best = i;
        bestScore = score;
      }
    }
    return members[best];
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    return Optional.of(choose(flow)); // which changes nothing
  }
}
