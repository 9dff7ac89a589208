package io.lb4j;

import java.util.Optional;

/**
 * What can change about a member, immutable. The pool replaces it under its lock; the axes are
 * independent: what the operator wants, what the monitors found, what the flows met.
 *
 * @param spec weight, maximum of flows and the like, as last given
 * @param admin what the operator wants
 * @param found what the monitors say
 * @param bench there while flows keep away because it failed them
 * @param slowStart its share after it came back
 * @param inPool false when it has left
 */
record MemberState(
    MemberSpec spec,
    AdminState admin,
    MemberFindings found,
    Optional<Bench> bench,
    SlowStart slowStart,
    boolean inPool) {
  /** Of a member that joins. */
  static MemberState of(MemberSpec spec) {
    return new MemberState(
        spec, AdminState.ENABLED, MemberFindings.NONE, Optional.empty(), SlowStart.OVER, true);
  }

  MemberState with(MemberSpec spec) {
    return new MemberState(spec, admin, found, bench, slowStart, inPool);
  }

  MemberState with(AdminState admin) {
    return new MemberState(spec, admin, found, bench, slowStart, inPool);
  }

  MemberState with(MemberFindings found) {
    return new MemberState(spec, admin, found, bench, slowStart, inPool);
  }

  MemberState with(Optional<Bench> bench) {
    return new MemberState(spec, admin, found, bench, slowStart, inPool);
  }

  MemberState with(SlowStart slowStart) {
    return new MemberState(spec, admin, found, bench, slowStart, inPool);
  }

  MemberState left() {
    return new MemberState(spec, admin, found, bench, slowStart, false);
  }

  /** Whether those who decide by hand or by agent let it take any flow at all. */
  boolean isAdmitted() {
    return inPool && admin != AdminState.DISABLED && found.agent().state() != AdminState.DISABLED;
  }

  /** Whether they let it take new clients, whatever its health. */
  boolean takesNewClients() {
    return isAdmitted()
        && admin == AdminState.ENABLED
        && found.draining().isEmpty()
        && found.agent().takesNewFlows();
  }

  boolean isHealthy() {
    return found.isHealthy() && bench.isEmpty();
  }

  /** There while one flow may come to see if it works again. */
  Optional<Trial> trial() {
    return bench.isPresent() ? bench.get().trial() : Optional.empty();
  }

  boolean isOnTrial() {
    return trial().isPresent();
  }

  /** In hundredths of the unit of weight. */
  int effectiveWeight() {
    return slowStart.of(spec.weight() * found.agent().weightPercent());
  }

  /** How many flows it takes at present. */
  int allowance() {
    int limit = Math.min(spec.maxFlows(), found.agent().maxFlows().orElse(Integer.MAX_VALUE));
    return limit == Integer.MAX_VALUE ? limit : slowStart.of(limit);
  }
}
