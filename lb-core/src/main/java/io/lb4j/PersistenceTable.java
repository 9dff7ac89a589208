package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who went where: from a client's key to its member, bounded and expiring, used by all loops of a
 * virtual server without a lock around it.
 *
 * <p>Records stand in a queue in the order in which they were made. When there are too many, the
 * head is looked at: if it was used since it was queued it goes to the tail once more, else it is
 * dropped (second chance). Every insertion also looks at the head for expired records, so that
 * those nobody comes back to do not stay for ever.
 */
final class PersistenceTable {
  private static final int MAX_LOOKS = 32;

  private final long timeoutNanos;
  private final int maxEntries;
  private final Clock clock;
  private final ConcurrentHashMap<AddressKey, Entry> entries = new ConcurrentHashMap<>();
  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  /** One record. */
  private static final class Entry {
    final AddressKey key;
    volatile PoolMember member;
    volatile long usedNanos;
    volatile long queuedNanos;

    Entry(AddressKey key, PoolMember member, long nowNanos) {
      this.key = key;
      this.member = member;
      this.usedNanos = nowNanos;
      this.queuedNanos = nowNanos;
    }
  }

  PersistenceTable(PersistencePolicy policy, Clock clock) {
    this.timeoutNanos = policy.timeout().toNanos();
    this.maxEntries = policy.maxEntries();
    this.clock = clock;
  }

  /** The member of a client, if there is a record that has not expired. Counts as a use. */
  Optional<PoolMember> find(AddressKey key) {
    Entry entry = entries.get(key);
    long now = clock.nanoTime();
    if (entry == null || isExpired(entry, now)) {
      return Optional.empty();
    }
    entry.usedNanos = now;
    return Optional.of(entry.member);
  }

  /** As {@link #find}, but this is no use of the record. */
  Optional<PoolMember> peek(AddressKey key) {
    Entry entry = entries.get(key);
    return entry == null || isExpired(entry, clock.nanoTime())
        ? Optional.empty()
        : Optional.of(entry.member);
  }

  /**
   * Records a client's member, unless another loop has just recorded a different one.
   *
   * @param instead the member of the record to be replaced; empty when none is expected
   * @return the member on record now
   */
  PoolMember claim(AddressKey key, PoolMember member, Optional<PoolMember> instead) {
    long now = clock.nanoTime();
    Entry fresh = new Entry(key, member, now);
    Entry present = entries.putIfAbsent(key, fresh);
    if (present == null) {
      queue.add(fresh);
      size.incrementAndGet();
      evict(fresh, now);
      return member;
    }
    synchronized (present) { // two flows of one client at once, on different loops
      boolean replaceable =
          isExpired(present, now) || instead.filter(present.member::equals).isPresent();
      if (replaceable) {
        present.member = member;
      }
      present.usedNanos = now;
      return present.member;
    }
  }

  private boolean isExpired(Entry entry, long now) {
    return now - entry.usedNanos >= timeoutNanos;
  }

  /**
   * Looks at a few records from the head on; a loop must not walk the whole table for one client.
   */
  private void evict(Entry newest, long now) {
    for (int looks = 0; looks < MAX_LOOKS || size.get() > maxEntries; looks++) {
      Entry head = queue.peek();
      if (head == null) {
        return;
      }
      boolean mayDrop = head != newest && (looks >= MAX_LOOKS || !isUsedSinceQueued(head));
      boolean drop = isExpired(head, now) || (mayDrop && size.get() > maxEntries);
      boolean spare = !drop && (head == newest || isUsedSinceQueued(head));
      if (!(drop || spare) || !queue.remove(head)) {
        return;
      }
      if (spare) {
        head.queuedNanos = head.usedNanos;
        queue.add(head);
      } else if (entries.remove(head.key, head)) {
        size.decrementAndGet();
      }
    }
  }

  private static boolean isUsedSinceQueued(Entry entry) {
    return entry.usedNanos != entry.queuedNanos;
  }

  int size() {
    return size.get();
  }
}
