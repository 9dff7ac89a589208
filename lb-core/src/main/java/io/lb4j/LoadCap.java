package io.lb4j;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The most flows that members should have when loads are bounded (Mirrokni, Thorup and
 * Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2018): a factor times the share by weight
 * of all open flows and the new one, rounded up. To count all open flows takes a look at every
 * member; in a pool of many they are counted once for a sixteenth of the pool in choices.
 */
final class LoadCap {
  /** Without a bound. */
  static final double NO_FACTOR = Double.POSITIVE_INFINITY;

  private static final int LOOKS_PER_CHOICE = 16;

  /** So that a cap that is a whole number is not rounded up by what doubles leave over. */
  private static final double JUST_BELOW = 1 - 1e-12;

  private final PoolMember[] members;
  private final int[] weights;
  private final double perFlow; // what each open flow adds to the cap, for each unit of weight
  private final int stride;
  private final AtomicInteger choices = new AtomicInteger();
  private volatile double lastCounted;

  /**
   * Keeps the arrays.
   *
   * @param weights one above zero at least
   */
  LoadCap(PoolMember[] members, int[] weights, double factor) {
    this.members = members;
    this.weights = weights;
    this.perFlow = factor * JUST_BELOW / Arrays.stream(weights).asLongStream().sum();
    this.stride = Math.max(1, members.length / LOOKS_PER_CHOICE);
    this.lastCounted = counted();
  }

  /** The most flows for each unit of weight at this choice. */
  double perWeight() {
    if (perFlow == NO_FACTOR) {
      return NO_FACTOR;
    }
    if (Integer.remainderUnsigned(choices.getAndIncrement(), stride) == 0) {
      lastCounted = counted();
    }
    return lastCounted;
  }

  /** The same, counted now. */
  double counted() {
    if (perFlow == NO_FACTOR) {
      return NO_FACTOR;
    }
    long open = 0;
    for (PoolMember member : members) {
      open += member.activeFlows();
    }
    return perFlow * (open + 1);
  }

  /** Whether a member has room below such a cap. */
  boolean hasRoom(int index, double perWeight) {
    return perWeight == NO_FACTOR || members[index].activeFlows() < perWeight * weights[index];
  }
}
