package io.lb4j;

import io.lb4j.internal.probe.AgentOrders;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What operators want of a pool's members, and what monitors and agents say of them: brought into
 * the members' state and posted, with what follows for their flows. Each change tells whether there
 * was one; to publish it is left to the pool. Under its lock.
 */
final class MemberChanges {
  private final Pool pool;
  private final PoolMailbox mailbox;

  MemberChanges(Pool pool, PoolMailbox mailbox) {
    this.pool = pool;
    this.mailbox = mailbox;
  }

  /** The operator wants it enabled, drained or disabled. */
  boolean administer(PoolMember member, AdminState state) {
    if (member.adminState() == state || !member.state().inPool()) {
      return false;
    }
    member.state(member.state().with(state));
    mailbox.post(new PoolEvent.MemberAdminChanged(member, state));
    if (state == AdminState.DISABLED) {
      pool.flows().onDisabled(member);
    }
    return true;
  }

  /** The operator gives it another share. */
  boolean reweight(PoolMember member, int weight) {
    if (member.weight() == weight || !member.state().inPool()) {
      return false;
    }
    member.state(member.state().with(member.state().spec().weight(weight)));
    mailbox.post(new PoolEvent.MemberReweighted(member, weight));
    return true;
  }

  /** The monitor's verdict. */
  boolean health(PoolMember member, boolean up, String cause) {
    Health health = up ? Health.UP : Health.DOWN;
    long now = pool.clock().nanoTime();
    if (!find(member, found -> found.health(health, up ? "" : cause, now))) {
      return false;
    }
    mailbox.post(up ? new PoolEvent.MemberUp(member) : new PoolEvent.MemberDown(member, cause));
    if (!up) {
      pool.flows().onDown(member);
    }
    return true;
  }

  /** Whether the monitor wants it drained, and why. */
  boolean draining(PoolMember member, boolean draining, String cause) {
    boolean before = member.state().found().draining().isPresent();
    Optional<String> why = draining ? Optional.of(cause) : Optional.empty();
    if (before == draining || !find(member, found -> found.draining(why))) {
      return false;
    }
    mailbox.post(new PoolEvent.MemberDrainChanged(member, draining, cause));
    return true;
  }

  /** What its agent asks for. */
  boolean heed(PoolMember member, AgentOrders orders) {
    AgentVerdict before = member.state().found().agent();
    AgentVerdict verdict = before.heeding(orders);
    if (verdict.equals(before) || !find(member, found -> found.agent(verdict))) {
      return false;
    }
    mailbox.post(new PoolEvent.MemberAgentChanged(member, verdict));
    if (before.up() && !verdict.up()) {
      pool.flows().onDown(member);
    }
    if (before.state() != AdminState.DISABLED && verdict.state() == AdminState.DISABLED) {
      pool.flows().onDisabled(member);
    }
    return true;
  }

  /** Notes what was found of a member, unless nobody wants to know it any more. */
  private boolean find(PoolMember member, UnaryOperator<MemberFindings> change) {
    if (!pool.isWatched(member)) {
      return false;
    }
    member.state(member.state().with(change.apply(member.state().found())));
    return true;
  }
}
