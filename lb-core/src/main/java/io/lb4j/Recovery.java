package io.lb4j;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How members go out for their failures and come back: ejection, trial, slow start. Under the
 * pool's lock; it changes members and posts events, and leaves it to the pool to publish.
 */
final class Recovery {
  static final int STEPS = 10;

  private final PoolSettings settings;
  private final EjectionPolicy policy;
  private final PoolMailbox mailbox;

  Recovery(PoolSettings settings, PoolMailbox mailbox) {
    this.settings = settings;
    this.policy = settings.ejection();
    this.mailbox = mailbox;
  }

  /** A member has failed often enough. Whether it was ejected. */
  boolean eject(PoolMember member, Collection<PoolMember> members, String cause) {
    if (member.state().bench().isPresent() || !mayEject(member, members)) {
      return false;
    }
    bench(member, cause);
    return true;
  }

  private boolean mayEject(PoolMember member, Collection<PoolMember> members) {
    int ejected = 0;
    boolean othersAvailable = false;
    for (PoolMember other : members) {
      ejected += other.state().bench().isPresent() ? 1 : 0;
      othersAvailable |= other != member && other.isAvailable();
    }
    return othersAvailable && ejected < policy.mostOf(members.size());
  }

  private void bench(PoolMember member, String cause) {
    long now = now();
    Duration time = policy.benchTime(member.history().ejected(now, policy.baseTime().toNanos()));
    member.passive().ejected();
    bench(member, Bench.until(now + time.toNanos(), cause));
    mailbox.post(new PoolEvent.MemberEjected(member, time, cause));
  }

  private static void bench(PoolMember member, Bench bench) {
    member.state(member.state().with(Optional.of(bench)));
  }

  /** The trial flow got what it wanted, or did not. Whether that still mattered. */
  boolean trialEnded(PoolMember member, Trial trial, boolean passed, String cause) {
    if (member.state().trial().filter(trial::equals).isEmpty()) {
      return false;
    }
    if (passed) {
      bringBack(member);
    } else {
      bench(member, cause);
    }
    return true;
  }

  /** Ends an ejection; whether there was one. */
  boolean bringBack(PoolMember member) {
    if (member.state().bench().isEmpty()) {
      return false;
    }
    forget(member);
    mailbox.post(new PoolEvent.MemberReturned(member));
    return true;
  }

  /** Ends an ejection without a word. */
  void forget(PoolMember member) {
    member.history().returned(now());
    member.state(member.state().with(Optional.empty()));
    member.passive().returned();
  }

  /** Who has become available begins slowly, unless the pool itself begins. */
  void noteAvailability(Collection<PoolMember> members, boolean inUse) {
    for (PoolMember member : members) {
      boolean available = member.isAvailable();
      if (member.history().becomes(available) && inUse && settings.slowStart().isPresent()) {
        member.state(member.state().with(new SlowStart(100 / STEPS, now())));
      }
    }
  }

  /** Does what is due. */
  void advance(Collection<PoolMember> members) {
    long now = now();
    for (PoolMember member : members) {
      member.state().bench().ifPresent(bench -> advance(member, bench, now));
      if (!member.state().slowStart().isOver()) {
        long window = settings.slowStart().orElseThrow().toNanos();
        member.state(member.state().with(member.state().slowStart().at(now, window)));
      }
    }
  }

  private void advance(PoolMember member, Bench bench, long now) {
    if (bench.trial().isPresent()) {
      if (bench.trial().get().hasRunFor(policy.baseTime().toNanos(), now)) {
        bringBack(member);
      }
    } else if (bench.untilNanos() - now <= 0) {
      bench(member, bench.onTrial());
      mailbox.post(new PoolEvent.MemberOnTrial(member));
    }
  }

  /** How long until something is due. */
  OptionalLong nextDue(Collection<PoolMember> members) {
    long now = now();
    long next = Long.MAX_VALUE;
    for (PoolMember member : members) {
      if (member.state().bench().isPresent()) {
        Bench bench = member.state().bench().get();
        long trialCheck = policy.baseTime().toNanos();
        next = Math.min(next, bench.trial().isPresent() ? trialCheck : bench.untilNanos() - now);
      }
      if (!member.state().slowStart().isOver()) {
        next = Math.min(next, settings.slowStart().orElseThrow().toNanos() / STEPS);
      }
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, next));
  }

  private long now() {
    return settings.clock().nanoTime();
  }
}
