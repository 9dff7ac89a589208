package io.lb4j;

/**
 * That a member can no longer be had.
 *
 * @param reason what its flows are closed for: one of the three that begin with {@code MEMBER_}
 */
record MemberExit(PoolMember member, CloseReason reason) {
  /** Whether it still cannot be had. Any thread. */
  boolean lasts() {
    return switch (reason) {
      case MEMBER_DOWN -> !member.state().isHealthy();
      case MEMBER_DISABLED -> !member.state().isAdmitted();
      default -> !member.state().inPool();
    };
  }
}
