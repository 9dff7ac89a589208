package io.lb4j.internal.balance;

import java.util.Arrays;

/**
 * The order in which smooth weighted round robin takes its turns (as nginx does it: each pick adds
 * to every counter its weight, takes the largest counter, the first of equals, and subtracts the
 * total from it), laid out for one whole cycle. Laid out, any number of threads can share it with
 * one atomic counter, which the running form cannot offer.
 */
public final class SmoothSchedule {
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
}
