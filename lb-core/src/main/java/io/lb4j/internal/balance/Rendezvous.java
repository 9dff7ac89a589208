package io.lb4j.internal.balance;

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998; weights after Schindelhauer and Schomaker,
 * 2005): every candidate gets a score from its own hash and the key's, and the highest wins. Who
 * wins among the others does not depend on a candidate that is not there, so only the keys of one
 * that leaves move.
 */
public final class Rendezvous {
  private Rendezvous() {}

  /**
   * The score of one candidate for one key: {@code -weight / ln(u)} with u in (0, 1) drawn from
   * both hashes. Candidates win in proportion to their weights.
   *
   * @param weight 0 or more; 0 never wins against a weight above it
   */
  public static double score(long key, long candidate, int weight) {
    return scoreAbove(-1, key, mix(candidate), weight);
  }

  /**
   * Its score if that is above another one, else anything that is not. A logarithm is taken only
   * where it can be: {@code -1 / ln(u)} is at most {@code 1 / (1 - u)}.
   *
   * @param mixedCandidate the candidate's hash, after {@link #mix}
   * @param above 0 or more, or -1 to have the score in any case
   */
  public static double scoreAbove(double above, long key, long mixedCandidate, int weight) {
    double uniform = uniform(mix(key ^ mixedCandidate));
    return weight <= above * (1 - uniform) ? -1 : -weight / StrictMath.log(uniform);
  }

  private static double uniform(long mixed) {
    return ((mixed >>> 11) + 0.5) * 0x1.0p-53;
  }

  /** A hash of a text that is the same in every JVM (FNV-1a, 64 bits, over UTF-16 units). */
  public static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Spreads all 64 bits over all 64 bits (the finalizer of SplitMix64, Steele, Lea and Flood,
   * 2014).
   */
  public static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
