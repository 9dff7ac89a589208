package io.lb4j;

import java.util.concurrent.atomic.LongAdder;

/**
 * What came of asking persistence, and what became of its records, since the virtual server
 * started. Any thread may read at any time.
 */
public final class PersistenceCounters {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder made = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder evicted = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder late = new LongAdder();

  PersistenceCounters() {}

  /**
   * Lookups that found a record; one for each key of a flow and each time that it is chosen for.
   */
  public long hits() {
    return hits.sum();
  }

  /** Lookups that found none. */
  public long misses() {
    return misses.sum();
  }

  /**
   * Records that were made or led to another member than before; with a store of the host's, those
   * that were given to it.
   */
  public long made() {
    return made.sum();
  }

  /** Records that were not used for so long that they were given up. Noticed some time later. */
  public long expired() {
    return expired.sum();
  }

  /** Records given up before their time because the table was full. */
  public long evicted() {
    return evicted.sum();
  }

  /** Lookups and records that a store of the host's failed to answer or to take. */
  public long failed() {
    return failed.sum();
  }

  /** Lookups for which a store of the host's had no answer in time. */
  public long late() {
    return late.sum();
  }

  void countHit() {
    hits.increment();
  }

  void countMiss() {
    misses.increment();
  }

  void countMade() {
    made.increment();
  }

  void countExpired() {
    expired.increment();
  }

  void countEvicted() {
    evicted.increment();
  }

  void countFailed() {
    failed.increment();
  }

  void countLate() {
    late.increment();
  }

  @Override
  public String toString() {
    String text =
        "%d hits, %d misses, %d made, %d expired, %d evicted"
            .formatted(hits(), misses(), made(), expired(), evicted());
    return failed() + late() == 0 ? text : text + ", " + failed() + " failed, " + late() + " late";
  }
}
