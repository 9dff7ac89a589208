package io.lb4j;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Which member a flow gets: the one that persistence remembers, else the one that the strategy
 * chooses, else the next that may be used. What it returns is reserved: the member counts the flow
 * already, so that its maximum is exact and a burst sees its own load.
 */
final class MemberChoice {
  private final Pool pool;
  private final PersistencePolicy policy;
  private final Recall recall;

  MemberChoice(Pool pool, PersistencePolicy policy, Recall recall) {
    this.pool = pool;
    this.policy = policy;
    this.recall = recall;
  }

  /** A member for the flow, or why there is none. */
  sealed interface Choice {}

  /** This one; it is reserved. */
  record Chosen(PoolMember member) implements Choice {}

  /** None. */
  record Refused(CloseReason reason) implements Choice {}

  /** Chooses and reserves, by the keys that the flow has now. */
  Choice choose(Flow flow) {
    return choose(flow, policy.keysOf(flow), recall);
  }

  /**
   * Chooses and reserves.
   *
   * @param keys what persistence knows the client by, in order
   * @param recall where it is on record
   */
  private Choice choose(Flow flow, List<FlowKey> keys, Recall recall) {
    return keys.isEmpty() ? chooseAnew(flow) : chooseFor(flow, keys, recall);
  }

  /** Chooses and reserves, by what is on record for the flow. On its loop. */
  Choice chooseFor(ActiveFlow flow) {
    Optional<StoreLookup> asked = flow.lookup();
    return choose(flow, flow.state().keys(), asked.isPresent() ? asked.get() : recall);
  }

  /** The store of the host's, if records are there. */
  Optional<StoreAccess> store() {
    return recall instanceof StoreAccess store ? Optional.of(store) : Optional.empty();
  }

  /** Foretells the choice for a client. Any thread. */
  Explanation explain(SocketAddress client, long nowNanos) {
    List<PoolMember> remembered =
        policy.keysOf(new PreviewFlow(client)).stream()
            .flatMap(key -> recall.peek(key).stream())
            .toList();
    return new Explainer(pool, nowNanos).explain(client, remembered);
  }

  /**
   * A key of the client has shown later, as in the member's reply: from now on it leads to the
   * flow's member, whatever it led to before. On the flow's loop.
   */
  void learn(ActiveFlow flow, FlowKey key) {
    FlowState state = flow.state();
    if (policy.remembers() && state.member().isPresent()) {
      recall.put(key, state.member().get());
      flow.moveTo(flow.state().alsoKnown(key)); // a store of the host's may have closed it
    }
  }

  /** The first record whose member takes the flow, else the strategy; see PersistencePolicy. */
  private Choice chooseFor(Flow flow, List<FlowKey> keys, Recall recall) {
    boolean panic = pool.view().panic();
    PoolMember first = null;
    PoolMember taking = null;
    boolean complete = true;
    try {
      for (int i = 0; i < keys.size(); i++) {
        PoolMember found = recall.find(keys.get(i)).orElse(null);
        boolean fit = found != null && found.takesPersisted(panic);
        complete &= fit;
        first = first == null && fit ? found : first;
        if (fit && taking == null && flow.mayUse(found) && found.reserve(flow)) {
          taking = found;
        }
      }
      if (taking != null && taking == first && !complete) {
        claimAll(keys, recall, taking, panic);
      }
    } catch (Throwable noMemory) {
      if (taking != null) {
        taking.unreserve(flow);
      }
      throw noMemory;
    }
    if (first == null) {
      return recorded(flow, keys, recall, panic);
    }
    return taking != null ? new Chosen(taking) : chooseAnew(flow); // on loan: records stay
  }

  private Choice recorded(Flow flow, List<FlowKey> keys, Recall recall, boolean panic) {
    Choice choice = chooseAnew(flow);
    if (!(choice instanceof Chosen chosen)) {
      return choice;
    }
    PoolMember taking = chosen.member();
    try {
      PoolMember onRecord = recall.claim(keys.get(0), taking, panic);
      boolean overtaken = // by another flow of the client
          onRecord != taking
              && onRecord.takesPersisted(panic)
              && flow.mayUse(onRecord)
              && onRecord.reserve(flow);
      if (overtaken) {
        taking = onRecord;
        chosen.member().unreserve(flow);
      }
      claimAll(keys, recall, onRecord, panic);
      return overtaken ? new Chosen(onRecord) : chosen;
    } catch (Throwable noMemory) {
      taking.unreserve(flow);
      throw noMemory;
    }
  }

  private static void claimAll(
      List<FlowKey> keys, Recall recall, PoolMember member, boolean panic) {
    for (int i = 0; i < keys.size(); i++) {
      recall.claim(keys.get(i), member, panic);
    }
  }

  /**
   * The member that the strategy gives one datagram of a flow, which is not reserved for it; empty
   * if there is none that it may use.
   */
  Optional<PoolMember> nextFor(Flow flow) {
    PoolView view = pool.view();
    if (view.asked().isEmpty() || view.chooser().isEmpty()) {
      return Optional.empty();
    }
    PoolMember chosen = askGuarded(view.chooser().get(), flow, view);
    if (chosen == null || flow.mayUse(chosen)) {
      return chosen == null ? Optional.empty() : chosen.present();
    }
    int count = view.asked().size();
    int start = view.asked().indexOf(chosen);
    for (int i = 1; i < count; i++) {
      PoolMember candidate = view.asked().get((start + i) % count);
      if (flow.mayUse(candidate)) {
        return candidate.present();
      }
    }
    return Optional.empty();
  }

  private PoolMember askGuarded(Chooser chooser, Flow flow, PoolView view) {
    return chooser instanceof BuiltInChooser
        ? ask(chooser, flow, view)
        : pool.guard().call("Chooser.choose", () -> ask(chooser, flow, view), null);
  }

  private Choice chooseAnew(Flow flow) {
    PoolView view = pool.view();
    if (view.asked().isEmpty()) {
      return new Refused(CloseReason.NO_MEMBER);
    }
    if (view.chooser().isEmpty()) {
      return new Refused(CloseReason.STRATEGY_FAILED);
    }
    PoolMember chosen = askGuarded(view.chooser().get(), flow, view);
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
