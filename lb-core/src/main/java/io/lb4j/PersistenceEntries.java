package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Who went where: from a client's key to its member, bounded and expiring, used by all loops of a
 * virtual server without a lock around it.
 *
 * <p>Records stand in a queue in the order in which they were made. When there are too many, the
 * head is looked at: if it was used since it was queued it goes to the tail once more, else it is
 * dropped (second chance). Every insertion also looks at the head for expired records, so that
 * those nobody comes back to do not stay for ever.
 *
 * <p>A record that is removed keeps its place in map and queue until the queue has come to it, or
 * its client is back: the queue can then not outgrow the map, however often records come and go.
 */
final class PersistenceEntries implements Recall {
  private static final int MAX_LOOKS = 32;

  private final long timeoutNanos;
  private final int maxEntries;
  private final Clock clock;
  private final ConcurrentHashMap<FlowKey, PersistenceEntry> entries = new ConcurrentHashMap<>();
  private final Queue<PersistenceEntry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicInteger removed = new AtomicInteger();
  private final PersistenceCounters counters;

  /** Which records that have not expired give way to another one. */
  private enum GivesWay {
    /** That of a member which takes no persisted clients. */
    IF_UNFIT,
    /** The same, health ignored. */
    IF_UNFIT_IN_PANIC,
    /** The one used earlier. */
    IF_OLDER,
    /** Any. */
    ALWAYS
  }

  PersistenceEntries(PersistencePolicy policy, Clock clock, PersistenceCounters counters) {
    this.counters = counters;
    this.timeoutNanos = policy.timeout().toNanos();
    this.maxEntries = policy.maxEntries();
    this.clock = clock;
  }

  @Override
  public Optional<PoolMember> find(FlowKey key) {
    PersistenceEntry entry = entries.get(key);
    long now = clock.nanoTime();
    PoolMember member = liveMember(entry, now);
    if (member == null) {
      counters.countMiss();
      return Optional.empty();
    }
    counters.countHit();
    entry.usedNanos = now;
    return member.present();
  }

  @Override
  public Optional<PoolMember> peek(FlowKey key) {
    PoolMember member = liveMember(entries.get(key), clock.nanoTime());
    return member == null ? Optional.empty() : member.present();
  }

  @Override
  public PoolMember claim(FlowKey key, PoolMember member, boolean panic) {
    GivesWay present = panic ? GivesWay.IF_UNFIT_IN_PANIC : GivesWay.IF_UNFIT;
    return write(key, member, timeoutNanos, present);
  }

  @Override
  public void put(FlowKey key, PoolMember member) {
    write(key, member, timeoutNanos, GivesWay.ALWAYS);
  }

  /** As {@link #put}, of a record with so much of its life left, unless one is there with more. */
  void putIfFresher(FlowKey key, PoolMember member, long leftNanos) {
    write(key, member, Math.min(leftNanos, timeoutNanos), GivesWay.IF_OLDER);
  }

  private PoolMember write(FlowKey key, PoolMember member, long leftNanos, GivesWay rule) {
    long now = clock.nanoTime();
    PersistenceEntry fresh = new PersistenceEntry(key, member, now - timeoutNanos + leftNanos);
    while (true) {
      PersistenceEntry present = entries.putIfAbsent(key, fresh);
      if (present == null) {
        queue.add(fresh);
        places.incrementAndGet();
        counters.countMade();
        sweep(fresh, now);
        return member;
      }
      synchronized (present) { // two flows of one client at once, on different loops
        if (!present.dropped) {
          return rewrite(present, fresh, now, rule);
        }
      }
    }
  }

  /** What is on record when a record meets the one that is there; the caller holds its monitor. */
  private PoolMember rewrite(
      PersistenceEntry present, PersistenceEntry fresh, long now, GivesWay rule) {
    boolean live = liveMember(present, now) != null;
    if (live && !givesWay(present, fresh, rule)) {
      if (rule != GivesWay.IF_OLDER) {
        present.usedNanos = now;
      }
      return present.member;
    }
    if (present.member == null) {
      removed.decrementAndGet();
    } else if (!live) {
      counters.countExpired();
    }
    if (!live || present.member != fresh.member) {
      counters.countMade();
    }
    present.usedNanos = fresh.usedNanos;
    present.member = fresh.member;
    return fresh.member;
  }

  private static boolean givesWay(PersistenceEntry present, PersistenceEntry fresh, GivesWay rule) {
    return switch (rule) {
      case IF_UNFIT -> !present.member.takesPersisted(false);
      case IF_UNFIT_IN_PANIC -> !present.member.takesPersisted(true);
      case IF_OLDER -> fresh.usedNanos - present.usedNanos > 0;
      case ALWAYS -> true;
    };
  }

  /** The member of a record that may be used; null if there is none. */
  private PoolMember liveMember(PersistenceEntry entry, long now) {
    return entry == null || isExpired(entry, now) ? null : entry.member;
  }

  private boolean isExpired(PersistenceEntry entry, long now) {
    return now - entry.usedNanos >= timeoutNanos;
  }

  /** Takes a record out; false when there was none. */
  boolean remove(FlowKey key) {
    PersistenceEntry entry = entries.get(key);
    if (entry == null) {
      return false;
    }
    synchronized (entry) {
      if (entry.dropped || entry.member == null) {
        return false;
      }
      boolean live = !isExpired(entry, clock.nanoTime());
      entry.member = null;
      removed.incrementAndGet();
      return live;
    }
  }

  /** Takes all records out that are there now. */
  void clear() {
    entries.values().forEach(this::drop);
    queue.removeIf(this::isDropped);
  }

  private boolean isDropped(PersistenceEntry entry) {
    synchronized (entry) {
      return entry.dropped;
    }
  }

  /**
   * Looks at a few records from the head on; a loop must not walk the whole table for one client.
   */
  private void sweep(PersistenceEntry newest, long now) {
    for (int looks = 0; looks < MAX_LOOKS || isCrowded(); looks++) {
      PersistenceEntry head = queue.peek();
      if (head == null) {
        return;
      }
      boolean live = liveMember(head, now) != null;
      boolean mayDrop = head != newest && (looks >= MAX_LOOKS || !head.isUsedSinceQueued());
      boolean drop = !live || (mayDrop && isCrowded());
      boolean spare = !drop && (head == newest || head.isUsedSinceQueued());
      if (!(drop || spare) || !queue.remove(head)) {
        return;
      }
      if (spare || !discard(head, live, now)) {
        head.queuedNanos = head.usedNanos;
        queue.add(head);
      }
    }
  }

  /** Drops a record that was seen live or not; false when it has come to life meanwhile. */
  private boolean discard(PersistenceEntry entry, boolean live, long now) {
    synchronized (entry) {
      if (!live && !entry.dropped && liveMember(entry, now) != null) {
        return false;
      }
      if (!entry.dropped && live) {
        counters.countEvicted();
      } else if (!entry.dropped && entry.member != null) {
        counters.countExpired();
      }
      drop(entry);
      return true;
    }
  }

  private boolean isCrowded() {
    return places.get() > maxEntries;
  }

  private void drop(PersistenceEntry entry) {
    synchronized (entry) {
      if (!entry.dropped) {
        entry.dropped = true;
        entries.remove(entry.key, entry);
        places.decrementAndGet();
        if (entry.member == null) {
          removed.decrementAndGet();
        }
      }
    }
  }

  /** Shows every record that has not expired. */
  Stream<PersistenceRecord> stream() {
    long now = clock.nanoTime();
    return entries.values().stream().flatMap(entry -> recordOf(entry, now).stream());
  }

  /** The record of a key, without using it. */
  Optional<PersistenceRecord> record(FlowKey key) {
    return Optional.ofNullable(entries.get(key))
        .flatMap(entry -> recordOf(entry, clock.nanoTime()));
  }

  private Optional<PersistenceRecord> recordOf(PersistenceEntry entry, long now) {
    PoolMember member = entry.member;
    long left = timeoutNanos - (now - entry.usedNanos);
    return member == null || left <= 0
        ? Optional.empty()
        : Optional.of(new PersistenceRecord(entry.key, member, Duration.ofNanos(left)));
  }

  /** How many places are taken, by records or by what was removed; for tests. */
  int places() {
    return entries.size();
  }

  int queued() {
    return queue.size();
  }

  int size() {
    return Math.max(0, places.get() - removed.get());
  }
}
