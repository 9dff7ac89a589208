package io.lb4j.internal.balance;

/**
 * Draws different indices at random without keeping those drawn: each raw draw is a function of a
 * seed and its number, so whether an index was drawn before is found out by drawing again. That
 * takes the square of the number of draws, which is small, and no memory.
 *
 * <p>Go through them with {@code for (int raw = next(seed, -1, bound); ...; raw = next(seed, raw,
 * bound))}; {@link #at} is the index of a raw draw. Ask for at most half of all indices, or the
 * search for a new one becomes long.
 */
public final class DistinctDraws {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private DistinctDraws() {}

  /** The number of the first raw draw after this one that gives an index not drawn before. */
  public static int next(long seed, int raw, int bound) {
    int next = raw + 1;
    while (wasDrawn(seed, next, bound)) {
      next++;
    }
    return next;
  }

  /** The index of a raw draw, 0 to {@code bound - 1}, each as likely. */
  public static int at(long seed, int raw, int bound) {
    long bits = Rendezvous.mix(seed + raw * GOLDEN) >>> 32; // SplitMix64's stream
    return (int) ((bits * bound) >>> 32);
  }

  private static boolean wasDrawn(long seed, int raw, int bound) {
    int index = at(seed, raw, bound);
    for (int earlier = 0; earlier < raw; earlier++) {
      if (at(seed, earlier, bound) == index) {
        return true;
      }
    }
    return false;
  }
}
