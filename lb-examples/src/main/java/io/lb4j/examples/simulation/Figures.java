package io.lb4j.examples.simulation;

import java.util.Arrays;

/**
 * What came of a simulation.
 *
 * @param p50Millis the median of the times from a client's coming to the end of its answer
 * @param p99Millis of a hundred answers one took longer
 * @param failedPercent clients that were reset or refused
 * @param imbalance the flows of the server that got most, as a multiple of an even share
 */
public record Figures(double p50Millis, double p99Millis, double failedPercent, double imbalance) {
  /** Of answers that took so long, in any order. */
  static Figures of(double[] seconds, long failed, long[] flowsOfServers) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    double most = Arrays.stream(flowsOfServers).max().orElse(0);
    double mean = Arrays.stream(flowsOfServers).average().orElse(1);
    return new Figures(
        1000 * quantile(sorted, 0.50),
        1000 * quantile(sorted, 0.99),
        100.0 * failed / Math.max(1, seconds.length + failed),
        most / Math.max(1, mean));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
  }
}
