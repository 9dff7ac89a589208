package io.lb4j;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * Which member a flow gets: the one that persistence remembers, else the one that the strategy
 * chooses, else the next that may be used. What it returns is reserved: the member counts the flow
 * already, so that its maximum is exact and a burst sees its own load.
 */
final class MemberChoice {
  private final Pool pool;
  private final PersistencePolicy policy;
  private final PersistenceTable persistence;

  MemberChoice(Pool pool, PersistencePolicy policy, PersistenceTable persistence) {
    this.pool = pool;
    this.policy = policy;
    this.persistence = persistence;
  }

  /** A member for the flow, or why there is none. */
  sealed interface Choice {}

  /** This one; it is reserved. */
  record Chosen(PoolMember member) implements Choice {}

  /** None. */
  record Refused(CloseReason reason) implements Choice {}

  /** Chooses and reserves. On the flow's loop. */
  Choice choose(Flow flow) {
    return policy.remembers()
        ? policy.keyOf(flow).map(key -> chooseFor(flow, key)).orElseGet(() -> chooseAnew(flow))
        : chooseAnew(flow);
  }

  /** Foretells the choice for a client. Any thread. */
  Explanation explain(SocketAddress client, long nowNanos) {
    Optional<PoolMember> remembered =
        policy.remembers()
            ? policy.keyOf(new PreviewFlow(client)).flatMap(persistence::peek)
            : Optional.empty();
    return new Explainer(pool, nowNanos).explain(client, remembered);
  }

  private Choice chooseFor(Flow flow, AddressKey key) {
    Optional<PoolMember> remembered = persistence.find(key);
    boolean panic = pool.view().panic();
    boolean stillFit = remembered.isPresent() && remembered.get().takesPersisted(panic);
    if (stillFit && flow.mayUse(remembered.get()) && remembered.get().reserve(flow)) {
      return new Chosen(remembered.get());
    }
    Choice choice = chooseAnew(flow);
    if (stillFit || !(choice instanceof Chosen chosen)) {
      return choice; // a member that is only full or unlucky keeps its record
    }
    PoolMember onRecord = persistence.claim(key, chosen.member(), remembered);
    if (onRecord != chosen.member()
        && onRecord.takesPersisted(panic)
        && flow.mayUse(onRecord)
        && onRecord.reserve(flow)) {
      chosen.member().unreserve(flow);
      return new Chosen(onRecord);
    }
    return chosen;
  }

  private Choice chooseAnew(Flow flow) {
    PoolView view = pool.view();
    if (view.asked().isEmpty()) {
      return new Refused(CloseReason.NO_MEMBER);
    }
    if (view.chooser().isEmpty()) {
      return new Refused(CloseReason.STRATEGY_FAILED);
    }
    Chooser chooser = view.chooser().get();
    PoolMember chosen =
        chooser instanceof BuiltInChooser
            ? ask(chooser, flow, view)
            : pool.guard().call("Chooser.choose", () -> ask(chooser, flow, view), null);
    if (chosen == null) {
      return new Refused(CloseReason.STRATEGY_FAILED);
    }
    if (flow.mayUse(chosen) && chosen.reserve(flow)) {
      return new Chosen(chosen);
    }
    return nextUsable(flow, view, chosen);
  }

  /**
   * What the chooser gives; null, and a word in the log, when that is no available member. One of
   * ours is asked as well: a strategy of the host's may have kept it from an earlier list.
   */
  private PoolMember ask(Chooser chooser, Flow flow, PoolView view) {
    PoolMember chosen = chooser.choose(flow);
    if (chosen == null || !view.isAsked(chosen)) {
      pool.guard().complain("Chooser.choose", "gave no available member; the flow is refused");
      return null;
    }
    return chosen;
  }

  /** The strategy's choice is full or was tried: the next one in the list that may be used. */
  private static Choice nextUsable(Flow flow, PoolView view, PoolMember chosen) {
    int count = view.asked().size();
    int start = view.asked().indexOf(chosen);
    boolean anyFull = false;
    for (int i = 0; i < count; i++) {
      PoolMember candidate = view.asked().get((start + i) % count);
      if (flow.mayUse(candidate) && candidate.reserve(flow)) {
        return new Chosen(candidate);
      }
      boolean counts = view.panic() || !candidate.isEjected(); // a busy trial is no room to come
      anyFull |= counts && candidate.isFull();
    }
    return anyFull ? new Refused(CloseReason.MEMBERS_FULL) : fromLowerGroups(flow, view);
  }

  /** The flow has tried every member of the groups that are asked: the best of the others. */
  private static Choice fromLowerGroups(Flow flow, PoolView view) {
    PoolMember best = null;
    for (int i = 0; i < view.available().size(); i++) {
      PoolMember candidate = view.available().get(i);
      boolean better = best == null || PriorityGroups.rank(candidate) > PriorityGroups.rank(best);
      if (better && !view.isAsked(candidate) && flow.mayUse(candidate)) {
        best = candidate;
      }
    }
    return best != null && best.reserve(flow)
        ? new Chosen(best)
        : new Refused(CloseReason.NO_MEMBER);
  }
}
