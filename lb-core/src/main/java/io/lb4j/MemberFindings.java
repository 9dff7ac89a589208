package io.lb4j;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the monitors of a member have found; forgotten when the pool is not in use any more.
 *
 * @param cause why it is down; empty otherwise
 * @param sinceNanos when its health last flipped, or began to be asked for
 * @param draining why a monitor wants it drained
 */
record MemberFindings(
    Health health,
    String cause,
    OptionalLong sinceNanos,
    Optional<String> draining,
    AgentVerdict agent) {
  static final MemberFindings NONE =
      new MemberFindings(
          Health.UNKNOWN, "", OptionalLong.empty(), Optional.empty(), AgentVerdict.NONE);

  MemberFindings health(Health health, String cause, long nowNanos) {
    return new MemberFindings(health, cause, OptionalLong.of(nowNanos), draining, agent);
  }

  MemberFindings draining(Optional<String> draining) {
    return new MemberFindings(health, cause, sinceNanos, draining, agent);
  }

  MemberFindings agent(AgentVerdict agent) {
    return new MemberFindings(health, cause, sinceNanos, draining, agent);
  }

  boolean isHealthy() {
    return health != Health.DOWN && agent.up();
  }
}
