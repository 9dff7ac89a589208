package io.lb4j.internal.util;

/**
 * The arithmetic of a bucket of tokens: so many come back a second, and so many are in a full one.
 * What a bucket keeps is not a number of tokens but the time up to which they are spent, so that
 * nothing has to fill up.
 *
 * @param nanosEach how long one takes to come back; 0 when there is always one
 * @param nanosFull how long all take
 */
public record TokenRate(long nanosEach, long nanosFull) {
  /** The largest rate. */
  public static final int MOST_PER_SECOND = 1_000_000;

  /** The longest time that any takes to be full. */
  public static final long LONGEST_NANOS_FULL = 1_000_000_000 + MOST_PER_SECOND;

  /** Any number a second. */
  public static final TokenRate UNLIMITED = new TokenRate(0, LONGEST_NANOS_FULL);

  private static final long SECOND = 1_000_000_000;

  /** So many a second, 1 to {@link #MOST_PER_SECOND}. */
  public static TokenRate perSecond(int perSecond) {
    Checks.range("perSecond", perSecond, 1, MOST_PER_SECOND);
    long nanosEach = (SECOND + perSecond - 1) / perSecond; // rounded so that it is never too many
    return new TokenRate(nanosEach, nanosEach * perSecond);
  }

  /** Up to when a bucket is spent that was never touched. */
  public static long untouched(long now) {
    return now - LONGEST_NANOS_FULL;
  }

  /** Whether there is a token in a bucket that is spent up to some time. */
  public boolean hasOne(long spentUntil, long now) {
    return now - from(spentUntil, now) >= nanosEach;
  }

  /** Up to when the bucket is spent with one token less. */
  public long withoutOne(long spentUntil, long now) {
    return from(spentUntil, now) + nanosEach;
  }

  /** How long until there is a token; 0 when there is one now. */
  public long nanosUntilNext(long spentUntil, long now) {
    return Math.max(0, nanosEach - (now - from(spentUntil, now)));
  }

  private long from(long spentUntil, long now) {
    return now - spentUntil > nanosFull ? now - nanosFull : spentUntil;
  }
}
