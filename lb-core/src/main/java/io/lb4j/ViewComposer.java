package io.lb4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Makes the view of a pool that flows see. Under the pool's lock. */
final class ViewComposer {
  private final PoolSettings settings;
  private final CallbackGuard guard;

  ViewComposer(PoolSettings settings, CallbackGuard guard) {
    this.settings = settings;
    this.guard = guard;
  }

  /** The view of these members as they are now. The chooser stays if it would choose the same. */
  PoolView compose(Collection<PoolMember> members, PoolView before) {
    List<PoolMember> available = members.stream().filter(PoolMember::isAvailable).toList();
    boolean panic = isPanic(members, available.size());
    List<PoolMember> asked =
        panic
            ? members.stream().filter(PoolMember::takesNewClients).toList()
            : PriorityGroups.active(fit(members, available), settings.minAvailable());
    int[] weights = Candidates.weightsOf(asked);
    boolean sameChoice = asked.equals(before.asked()) && Arrays.equals(weights, before.weights());
    NewChooser chooser = sameChoice ? before.made() : newChooser(asked, before.made());
    return new PoolView(List.copyOf(members), available, asked, weights, chooser, panic);
  }

  /** The available ones, and those that one flow may try. */
  private static List<PoolMember> fit(Collection<PoolMember> members, List<PoolMember> available) {
    return members.stream().noneMatch(PoolMember::awaitsTrial)
        ? available
        : members.stream().filter(member -> member.isAvailable() || member.awaitsTrial()).toList();
  }

  /** Of the members that may take new clients, whatever their health, too few are healthy. */
  private boolean isPanic(Collection<PoolMember> members, int healthy) {
    if (settings.panicThreshold() == 0) {
      return false;
    }
    long willing = members.stream().filter(PoolMember::takesNewClients).count();
    return healthy * 100L < willing * settings.panicThreshold();
  }

  private NewChooser newChooser(List<PoolMember> asked, NewChooser before) {
    if (asked.isEmpty()) {
      return before.settled(); // not asked, but the next one may follow on it
    }
    return settings.strategy() instanceof HashStrategy hash && hash.isSlow()
        ? new NewChooser(Optional.of(hash.meanwhile(asked, before.chooser())), false)
        : new NewChooser(prepare(asked, before.chooser()), true);
  }

  /** The same view with the chooser that it waits for. Not under the lock, and not on a loop. */
  PoolView settle(PoolView view) {
    return view.with(new NewChooser(prepare(view.asked(), view.chooser()), true));
  }

  private Optional<Chooser> prepare(List<PoolMember> asked, Optional<Chooser> before) {
    return Optional.ofNullable(
        guard.prepare("BalancingStrategy.over", () -> makeChooser(asked, before), null));
  }

  private Chooser makeChooser(List<PoolMember> asked, Optional<Chooser> before) {
    BalancingStrategy strategy = settings.strategy();
    Chooser made = before.isPresent() ? strategy.over(asked, before.get()) : strategy.over(asked);
    if (made == null) {
      guard.complain("BalancingStrategy.over", "made no chooser; flows are refused");
    }
    return made;
  }
}
