package io.lb4j.internal.util;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many things a second pass, and as many at once when none has passed for a second. Exact
 * over any number of threads: in any {@code t} seconds at most {@code (t + 1) * perSecond} pass.
 *
 * <p>What is kept is not a number of tokens but the time up to which they are spent, so that one
 * compare-and-set takes one and nothing has to fill up.
 */
public final class TokenBucket {
  /** The largest rate. */
  public static final int MOST_PER_SECOND = 1_000_000;

  private static final long SECOND = 1_000_000_000;

  private final int perSecond;
  private final long nanosEach;
  private final long nanosFull;
  private final Clock clock;
  private final AtomicLong spentUntil;

  /**
   * A full one.
   *
   * @param perSecond 1 to {@link #MOST_PER_SECOND}
   */
  public TokenBucket(int perSecond, Clock clock) {
    this.perSecond = Checks.range("perSecond", perSecond, 1, MOST_PER_SECOND);
    this.clock = clock;
    nanosEach = (SECOND + perSecond - 1) / perSecond; // rounded so that it is never too many
    nanosFull = nanosEach * perSecond;
    spentUntil = new AtomicLong(clock.nanoTime() - nanosFull);
  }

  /** The rate. */
  public int perSecond() {
    return perSecond;
  }

  /** Takes one, if there is one. */
  public boolean tryTake() {
    long now = clock.nanoTime();
    long spent = spentUntil.get();
    while (true) {
      long from = unspentFrom(spent, now);
      if (now - from < nanosEach) {
        return false;
      }
      long seen = spentUntil.compareAndExchange(spent, from + nanosEach);
      if (seen == spent) {
        return true;
      }
      spent = seen;
    }
  }

  /** How long until there is one; 0 when there is one now. */
  public long nanosUntilNext() {
    long now = clock.nanoTime();
    return Math.max(0, nanosEach - (now - unspentFrom(spentUntil.get(), now)));
  }

  private long unspentFrom(long spent, long now) {
    return now - spent > nanosFull ? now - nanosFull : spent;
  }
}
