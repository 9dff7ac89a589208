package io.lb4j.internal.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The order in which smooth weighted round robin takes its turns (as nginx does it: each pick adds
 * to every counter its weight, takes the largest counter, the first of equals, and subtracts the
 * total from it), laid out for one whole cycle. Laid out, any number of threads can share it with
 * one atomic counter, which the running form cannot offer.
 */
public final class SmoothSchedule {
  /** Up to here the order is nginx's, whose cost is the cycle times the members. */
  private static final long MAX_STEPS = 1L << 24;

  private SmoothSchedule() {}

  /**
   * Lays out one cycle.
   *
   * @param weights 0 or more each; an index of weight 0 never gets a turn unless all are 0, and
   *     then each gets one
   * @return indices, each as often as its weight divided by the greatest common divisor of all
   */
  public static int[] of(int[] weights) {
    int[] shares = Weights.reduced(weights);
    int total = Arrays.stream(shares).sum();
    return (long) total * shares.length <= MAX_STEPS
        ? likeNginx(shares, total)
        : byDeadline(shares, total);
  }

  private static int[] likeNginx(int[] shares, int total) {
    int[] order = new int[total];
    int[] current = new int[shares.length];
    for (int turn = 0; turn < total; turn++) {
      int best = 0;
      for (int i = 0; i < shares.length; i++) {
        current[i] += shares[i];
        if (current[i] > current[best]) {
          best = i;
        }
      }
      current[best] -= total;
      order[turn] = best;
    }
    return order;
  }

  /**
   * For large pools, in less than the square of the time and as evenly spread: the k-th turn of an
   * index is due at {@code (k + 1/2) / share}, and turns are taken in the order in which they are
   * due (earliest deadline first, as Envoy does it).
   */
  private static int[] byDeadline(int[] shares, int total) {
    record Turn(double due, int index, int number) {}
    PriorityQueue<Turn> turns =
        new PriorityQueue<>(Comparator.comparingDouble(Turn::due).thenComparingInt(Turn::index));
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        turns.add(new Turn(0.5 / shares[i], i, 0));
      }
    }
    int[] order = new int[total];
    for (int turn = 0; turn < total; turn++) {
      Turn first = turns.remove();
      order[turn] = first.index();
      int next = first.number() + 1;
      if (next < shares[first.index()]) {
        turns.add(new Turn((next + 0.5) / shares[first.index()], first.index(), next));
      }
    }
    return order;
  }
}
