package io.lb4j.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Results with given costs. */
final class Figures {
  private Figures() {}

  /** A proxy's rounds: 1,000 operations and 2 MB in half a second, and one error in each. */
  static List<Sample> costs(double... costs) {
    LoadFigures load = new LoadFigures(1000, 2_000_000, 1, 20, 500_000_000, 1500, 99_000);
    return DoubleStream.of(costs).mapToObj(cost -> new Sample(cost, load)).toList();
  }

  /** Both HAProxy and lb4j, which are disturbed in the same rounds. */
  static Result disturbed(Workload workload) {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    samples.put(Haproxy.PLAIN, costs(10, 100, 12));
    samples.put(Haproxy.SPLICE, costs(20, 200, 24));
    samples.put(Lb4j.NAME, costs(5, 110, 9));
    return new Result(workload, samples);
  }

  static Result alone(Workload workload) {
    return new Result(workload, Map.of(Lb4j.NAME, costs(5, 7)));
  }
}
