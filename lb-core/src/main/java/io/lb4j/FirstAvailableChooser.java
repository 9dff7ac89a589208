package io.lb4j;

import java.util.List;
import java.util.Optional;

/** Fills the members up, one after the other. */
final class FirstAvailableChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new FirstAvailableChooser(available);
        }

        @Override
        public String toString() {
          return "firstAvailable";
        }
      };

  private final PoolMember[] members;

  private FirstAvailableChooser(List<PoolMember> available) {
    this.members = available.toArray(PoolMember[]::new);
  }

  @Override
  public PoolMember choose(Flow flow) {
    return Candidates.firstUsable(flow, members, 0);
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    return Optional.of(choose(flow)); // which changes nothing
  }
}
