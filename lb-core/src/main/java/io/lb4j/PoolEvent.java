package io.lb4j;

import java.time.Duration;

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
   * A member left the pool. Its open flows go on unless {@link Pool.Builder#onRemoved} says
   * otherwise.
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

  /**
   * A monitor began or ceased to want a member drained.
   *
   * @param member the member
   * @param draining whether it drains now
   * @param cause what the monitor met
   */
  record MemberDrainChanged(PoolMember member, boolean draining, String cause)
      implements MemberEvent {}

  /**
   * A member's agent asks for something else than before.
   *
   * @param member the member
   * @param verdict what holds now
   */
  record MemberAgentChanged(PoolMember member, AgentVerdict verdict) implements MemberEvent {}

  /**
   * A member was ejected: flows failed on it again and again.
   *
   * @param member the member
   * @param time how long no flow goes to it
   * @param cause what the flows met
   */
  record MemberEjected(PoolMember member, Duration time, String cause) implements MemberEvent {}

  /**
   * The time of a member's ejection is over: one flow may try it, or one after the other until one
   * has shown whether it works.
   *
   * @param member the member
   */
  record MemberOnTrial(PoolMember member) implements MemberEvent {}

  /**
   * An ejected member is back: a flow or a probe found it working.
   *
   * @param member the member
   */
  record MemberReturned(PoolMember member) implements MemberEvent {}

  /**
   * So few members are healthy that health is ignored from now on.
   *
   * @param pool the pool
   * @param healthy how many are healthy
   * @param members of how many
   */
  record PanicBegan(Pool pool, int healthy, int members) implements PoolEvent {}

  /**
   * Enough members are healthy: health counts again.
   *
   * @param pool the pool
   * @param healthy how many are healthy
   * @param members of how many
   */
  record PanicEnded(Pool pool, int healthy, int members) implements PoolEvent {}

  /**
   * Nobody takes new clients any more: they are refused ({@link CloseReason#NO_MEMBER}) or wait, if
   * the pool has a queue. In a panic somebody takes them; so does a backup member, and one on
   * trial. Told of a pool in use only, and not of one that begins so; each use begins anew, so that
   * what is lost at its end is not told to be back.
   *
   * @param pool the pool
   * @param members how many members it has
   */
  record NoMemberAvailable(Pool pool, int members) implements PoolEvent {}

  /**
   * Somebody takes new clients again. Told after {@link NoMemberAvailable} only.
   *
   * @param pool the pool
   * @param asked how many take new clients
   * @param members of how many
   */
  record MembersAvailable(Pool pool, int asked, int members) implements PoolEvent {}

  /**
   * The queue has become full: flows that come now are refused. Told again only after it was half
   * empty.
   *
   * @param pool the pool
   * @param length how many flows wait
   */
  record QueueFull(Pool pool, int length) implements PoolEvent {}
}
