package io.lb4j.internal.util;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many things a second pass, and as many at once when none has passed for a second. Exact
 * over any number of threads: in any {@code t} seconds at most {@code (t + 1) * perSecond} pass.
 *
 * <p>One compare-and-set takes a token.
 */
public final class TokenBucket {
  /** The largest rate. */
  public static final int MOST_PER_SECOND = TokenRate.MOST_PER_SECOND;

  private final int perSecond;
  private final TokenRate rate;
  private final Clock clock;
  private final AtomicLong spentUntil;

  /**
   * A full one.
   *
   * @param perSecond 1 to {@link #MOST_PER_SECOND}
   */
  public TokenBucket(int perSecond, Clock clock) {
    this.perSecond = perSecond;
    this.clock = clock;
    rate = TokenRate.perSecond(perSecond);
    spentUntil = new AtomicLong(TokenRate.untouched(clock.nanoTime()));
  }

  /** The rate. */
  public int perSecond() {
    return perSecond;
  }

  /** Takes one, if there is one. */
  public boolean tryTake() {
    long now = clock.nanoTime();
    long spent = spentUntil.get();
    while (rate.hasOne(spent, now)) {
      long seen = spentUntil.compareAndExchange(spent, rate.withoutOne(spent, now));
      if (seen == spent) {
        return true;
      }
      spent = seen;
    }
    return false;
  }

  /** How long until there is one; 0 when there is one now. */
  public long nanosUntilNext() {
    return rate.nanosUntilNext(spentUntil.get(), clock.nanoTime());
  }
}
