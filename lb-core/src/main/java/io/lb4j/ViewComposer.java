package io.lb4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Makes the view of a pool that flows see. Under the pool's lock. */
final class ViewComposer {
  private final BalancingStrategy strategy;
  private final CallbackGuard guard;

  ViewComposer(BalancingStrategy strategy, CallbackGuard guard) {
    this.strategy = strategy;
    this.guard = guard;
  }

  /** The view of these members as they are now. The chooser stays if it would choose the same. */
  PoolView compose(Collection<PoolMember> members, PoolView before) {
    List<PoolMember> available = members.stream().filter(PoolMember::isAvailable).toList();
    int[] weights = Candidates.weightsOf(available);
    boolean sameChoice =
        available.equals(before.available()) && Arrays.equals(weights, before.weights());
    Optional<Chooser> chooser =
        sameChoice ? before.chooser() : newChooser(available, before.chooser());
    return new PoolView(List.copyOf(members), available, weights, chooser);
  }

  private Optional<Chooser> newChooser(List<PoolMember> available, Optional<Chooser> before) {
    if (available.isEmpty()) {
      return before; // not asked, but the next one may follow on it
    }
    Chooser made =
        guard.prepare("BalancingStrategy.over", () -> makeChooser(available, before), null);
    return Optional.ofNullable(made);
  }

  private Chooser makeChooser(List<PoolMember> available, Optional<Chooser> before) {
    Chooser made =
        before.isPresent() ? strategy.over(available, before.get()) : strategy.over(available);
    if (made == null) {
      guard.complain("BalancingStrategy.over", "made no chooser; flows are refused");
    }
    return made;
  }
}
