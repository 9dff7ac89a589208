package io.lb4j.benchmarks.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * All that was measured with one workload.
 *
 * @param workload the load
 * @param samples of each contender, in the order of the report; one for each round
 */
record Result(Workload workload, Map<String, List<Sample>> samples) {

  /** The peer that costs least, in the median. lb4j is no peer of itself. */
  Optional<String> bestPeer() {
    return samples.keySet().stream()
        .filter(name -> !Lb4j.isName(name))
        .filter(name -> Double.isFinite(cost(name)))
        .min(Comparator.comparingDouble(this::cost));
  }

  /** Median of what the contender's work cost; NaN when it did none. */
  double cost(String contender) {
    return median(contender, Sample::cost);
  }

  /** Median of anything else. */
  double median(String contender, ToDoubleFunction<Sample> figure) {
    return median(samples.get(contender).stream().mapToDouble(figure)).orElse(Double.NaN);
  }

  /** Flows that went wrong, in all rounds. */
  long errors(String contender) {
    return samples.get(contender).stream().mapToLong(sample -> sample.load().errors()).sum();
  }

  /**
   * The contender's cost divided by the best peer's in the same round, and of that the median: what
   * disturbs the machine for a while disturbs both.
   */
  OptionalDouble ratio(String contender) {
    return bestPeer().map(peer -> ratio(contender, peer)).orElseGet(OptionalDouble::empty);
  }

  private OptionalDouble ratio(String contender, String peer) {
    List<Sample> ours = samples.get(contender);
    List<Sample> theirs = samples.get(peer);
    int rounds = Math.min(ours.size(), theirs.size());
    return median(
        IntStream.range(0, rounds)
            .mapToDouble(round -> ours.get(round).cost() / theirs.get(round).cost()));
  }

  private static OptionalDouble median(DoubleStream values) {
    double[] sorted = values.filter(Double::isFinite).sorted().toArray();
    int upper = sorted.length / 2;
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((sorted[(sorted.length - 1) / 2] + sorted[upper]) / 2);
  }
}
