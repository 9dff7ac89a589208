package io.lb4j;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Draws a member, each as likely. */
final class RandomChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new RandomChooser(available);
        }

        @Override
        public String toString() {
          return "random";
        }
      };

  private final PoolMember[] members;

  private RandomChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
  }

  @Override
  public PoolMember choose(Flow flow) {
    int drawn = ThreadLocalRandom.current().nextInt(members.length);
    return Candidates.firstUsable(flow, members, drawn);
  }
}
