package io.lb4j;

/**
 * What can change about a member, immutable. The pool replaces it under its lock; the axes are
 * independent: what the operator wants, what the monitors found.
 *
 * @param spec weight, maximum of flows and the like, as last given
 * @param admin what the operator wants
 * @param found what the monitors say
 * @param inPool false when it has left
 */
record MemberState(MemberSpec spec, AdminState admin, MemberFindings found, boolean inPool) {
  /** Of a member that joins. */
  static MemberState of(MemberSpec spec) {
    return new MemberState(spec, AdminState.ENABLED, MemberFindings.NONE, true);
  }

  MemberState with(MemberSpec spec) {
    return new MemberState(spec, admin, found, inPool);
  }

  MemberState with(AdminState admin) {
    return new MemberState(spec, admin, found, inPool);
  }

  MemberState with(MemberFindings found) {
    return new MemberState(spec, admin, found, inPool);
  }

  MemberState left() {
    return new MemberState(spec, admin, found, false);
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
    return found.isHealthy();
  }

  /** In hundredths of the unit of weight. */
  int effectiveWeight() {
    return spec.weight() * found.agent().weightPercent();
  }

  /** How many flows it takes at present. */
  int allowance() {
    return Math.min(spec.maxFlows(), found.agent().maxFlows().orElse(Integer.MAX_VALUE));
  }
}
