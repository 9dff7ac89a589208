package io.lb4j;

/**
 * One record of a {@link PersistenceEntries}. Reading takes no lock; whoever writes more than a use
 * holds its monitor.
 */
final class PersistenceEntry {
  final FlowKey key;
  volatile PoolMember member; // null when it was removed, its place not yet given away
  volatile long usedNanos;
  volatile long queuedNanos;
  boolean dropped; // it is in the map no more

  PersistenceEntry(FlowKey key, PoolMember member, long usedNanos) {
    this.key = key;
    this.member = member;
    this.usedNanos = usedNanos;
    this.queuedNanos = usedNanos;
  }

  boolean isUsedSinceQueued() {
    return usedNanos != queuedNanos;
  }
}
