package io.lb4j;

import io.lb4j.internal.balance.RunningTurns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes turns by weight and by what is left of each member's host at that moment. */
final class UtilisationChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new UtilisationChooser(available);
        }

        @Override
        public Chooser over(List<PoolMember> available, Chooser previous) {
          UtilisationChooser next = new UtilisationChooser(available);
          if (previous instanceof UtilisationChooser before) {
            next.follow(before);
          }
          return next;
        }

        @Override
        public String toString() {
          return "hostUtilisation";
        }
      };

  private static final double HUNDREDTHS = 100;

  /** What is regarded as left of a host at least, so that no member is out of sight for long. */
  private static final double LEAST_LEFT = 0.01;

  private final PoolMember[] members;
  private final int[] weights;
  private final RunningTurns turns;

  private UtilisationChooser(List<PoolMember> available) {
    members = available.toArray(PoolMember[]::new);
    weights = Candidates.weightsOf(available);
    long[] shares = new long[members.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = shareOf(i);
    }
    turns = new RunningTurns(shares);
  }

  /** Members that stay keep their turns, or whoever stands in front would have too many. */
  private void follow(UtilisationChooser before) {
    Map<PoolMember, Integer> indices = new HashMap<>();
    for (int i = 0; i < before.members.length; i++) {
      indices.put(before.members[i], i);
    }
    for (int i = 0; i < members.length; i++) {
      Integer index = indices.get(members[i]);
      if (index != null) {
        turns.resume(i, before.turns, index, shareOf(i));
      }
    }
  }

  private long shareOf(int index) {
    double used = members[index].utilisationOrZero();
    return Math.max(1, Math.round(weights[index] * HUNDREDTHS * Math.max(LEAST_LEFT, 1 - used)));
  }

  @Override
  public PoolMember choose(Flow flow) {
    PoolMember chosen;
    do {
      chosen = next(flow, true);
    } while (chosen == null);
    return chosen;
  }

  @Override
  public Optional<PoolMember> preview(Flow flow) {
    return Optional.of(next(flow, false));
  }

  /** The usable member whose turn is due first; null when its turn was taken by another thread. */
  private PoolMember next(Flow flow, boolean taking) {
    long now = turns.now();
    int best = -1;
    long seen = 0; // its turn as it was when it was looked at, or two threads would take it
    long bestDue = 0;
    for (int i = 0; i < members.length; i++) {
      long kept = turns.due(i);
      long due = RunningTurns.notBefore(kept, now);
      if ((best < 0 || due - bestDue < 0) && flow.mayUse(members[i])) {
        best = i;
        seen = kept;
        bestDue = due;
      }
    }
    if (best < 0) {
      return members[0];
    }
    return !taking || turns.take(best, seen, bestDue, shareOf(best)) ? members[best] : null;
  }
}
