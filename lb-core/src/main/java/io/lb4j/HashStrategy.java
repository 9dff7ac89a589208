package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * The same member for the same key, without a table of keys: consistent hashing. Immutable: each
 * setting returns a changed copy.
 *
 * <p>Which member a key gets depends on nothing but the key, the addresses of the available members
 * as text ({@link ServiceAddress#toString}) and their effective weights: not on their order, nor on
 * the JVM or the release of lb4j. So balancers side by side agree; {@code docs/hashing.md} has
 * every formula and examples to check another implementation with.
 *
 * <p>A flow without the key, such as one of a UNIX-domain client if keys are source addresses, goes
 * to any member, as likely as its weight says. If the member of a key may not be used ({@link
 * Flow#mayUse}) the flow goes to the next one in the order of that key, and no other key moves.
 *
 * <p>To make a table takes milliseconds, a ring of a million points some hundreds. A {@link Pool}
 * does it outside of its lock and never on an event loop: until it is done flows go by the old one,
 * without the members that are gone and those that came; if all others are gone, at random.
 */
public final class HashStrategy implements BalancingStrategy {
  static final int SLOTS = 65_537;
  static final int POINTS_PER_WEIGHT = 160;

  private final HashPlacement placement;
  private final KeySource key;
  private final KeyHash hash;
  private final double loadFactor;

  private HashStrategy(HashPlacement placement, KeySource key, KeyHash hash, double loadFactor) {
    this.placement = placement;
    this.key = key;
    this.hash = hash;
    this.loadFactor = loadFactor;
  }

  private static HashStrategy of(HashPlacement placement, KeySource key) {
    return new HashStrategy(
        placement, Checks.present("key", key), KeyHash.xxHash64(), LoadCap.NO_FACTOR);
  }

  static HashStrategy maglev(KeySource key, int slots) {
    Checks.range("slots", slots, 2, 1_048_573);
    if (!BigInteger.valueOf(slots).isProbablePrime(64)) {
      throw Checks.bad("slots", slots, "a prime");
    }
    return of(new HashPlacement.Maglev(slots), key);
  }

  static HashStrategy ring(KeySource key, int pointsPerWeight) {
    Checks.range("pointsPerWeight", pointsPerWeight, 4, 4096);
    if (pointsPerWeight % 4 != 0) {
      throw Checks.bad("pointsPerWeight", pointsPerWeight, "a multiple of 4");
    }
    return of(new HashPlacement.Ring(pointsPerWeight), key);
  }

  static HashStrategy rendezvous(KeySource key) {
    return of(new HashPlacement.HighestScore(), key);
  }

  /**
   * The same with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018): a member that has its
   * factor of the average open flows for its weight gets no more of them; they go to the next one
   * in the order of their key until it has room again. So a key that everybody asks for does not
   * drown its member, and other keys move only when their own member is that busy. What is counted
   * are the flows of available members, each time in a pool of up to 31, and once for a sixteenth
   * of the members in choices in a larger one. Off by default.
   *
   * @param factor above 1 to 100; 1.25 to 2 are usual: the lower, the more even, and the more keys
   *     that do not meet their own member
   */
  public HashStrategy boundedLoad(double factor) {
    if (!(factor > 1 && factor <= 100)) {
      throw Checks.bad("factor", factor, "above 1, at most 100");
    }
    return new HashStrategy(placement, key, hash, factor);
  }

  /** The same with another hash of keys; {@link KeyHash#xxHash64} by default. */
  public HashStrategy hash(KeyHash hash) {
    return new HashStrategy(placement, key, Checks.present("hash", hash), loadFactor);
  }

  @Override
  public Chooser over(List<PoolMember> available) {
    return guarded(placement.over(available, FlowHash.of(key, hash), loadFactor));
  }

  /** Whether {@link #over} takes so long that {@link #meanwhile} is to stand in. */
  boolean isSlow() {
    return placement.isSlow();
  }

  /** What chooses until {@link #over} is done. */
  Chooser meanwhile(List<PoolMember> available, Optional<Chooser> before) {
    return before
        .map(chooser -> chooser instanceof OwnHashChooser own ? own.chooser() : chooser)
        .filter(TableChooser.class::isInstance)
        .flatMap(table -> ((TableChooser) table).meanwhile(available))
        .map(this::guarded)
        .orElseGet(() -> new WeightedRandomChooser(available));
  }

  /** What calls a hash of the host's must not pass as one of ours. */
  private Chooser guarded(Chooser chooser) {
    return hash instanceof BuiltInHash ? chooser : new OwnHashChooser(chooser);
  }

  private record OwnHashChooser(Chooser chooser) implements Chooser {
    @Override
    public PoolMember choose(Flow flow) {
      return chooser.choose(flow);
    }

    @Override
    public Optional<PoolMember> preview(Flow flow) {
      return chooser.preview(flow);
    }
  }

  @Override
  public List<KeySource> keySources() {
    return List.of(key);
  }

  @Override
  public String toString() {
    String bound = loadFactor == LoadCap.NO_FACTOR ? "" : ", bounded load " + loadFactor;
    return placement + " by " + key + bound;
  }
}
