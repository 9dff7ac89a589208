package io.lb4j;

/** Something changed in a pool. Further kinds may be added: a switch over them needs a default. */
public sealed interface PoolEvent {
  /** The pool concerned. */
  Pool pool();

  /** Something changed of one member. */
  sealed interface MemberEvent extends PoolEvent {
    /** The member concerned. */
    PoolMember member();

    @Override
    default Pool pool() {
      return member().pool();
    }
  }

  /**
   * The monitor found a member up. Also told when the first probe of a member passes.
   *
   * @param member the member
   */
  record MemberUp(PoolMember member) implements MemberEvent {}

  /**
   * The monitor found a member down.
   *
   * @param member the member
   * @param cause what the last probe met, such as {@code connect refused}
   */
  record MemberDown(PoolMember member, String cause) implements MemberEvent {}

  /**
   * A member joined the pool.
   *
   * @param member the member
   */
  record MemberJoined(PoolMember member) implements MemberEvent {}

  /**
   * A member left the pool. Its open flows go on.
   *
   * @param member the member
   */
  record MemberLeft(PoolMember member) implements MemberEvent {}

  /**
   * An operator enabled, drained or disabled a member.
   *
   * @param member the member
   * @param state what it is now
   */
  record MemberAdminChanged(PoolMember member, AdminState state) implements MemberEvent {}

  /**
   * A member's weight changed.
   *
   * @param member the member
   * @param weight what it is now
   */
  record MemberReweighted(PoolMember member, int weight) implements MemberEvent {}
}
