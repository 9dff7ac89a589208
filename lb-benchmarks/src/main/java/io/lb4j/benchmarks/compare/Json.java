package io.lb4j.benchmarks.compare;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Every figure of every round, for other programs. Names are of this package: none needs quoting.
 */
final class Json {
  private Json() {}

  static String of(List<Result> results) {
    return results.stream()
        .map(result -> member(result.workload().label(), contenders(result)))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String contenders(Result result) {
    return result.samples().entrySet().stream()
        .map(entry -> "  " + member(entry.getKey(), rounds(entry.getValue())))
        .collect(Collectors.joining(",\n", "{\n", "\n}"));
  }

  private static String rounds(List<Sample> samples) {
    return samples.stream()
        .map(Json::sample)
        .collect(Collectors.joining(",\n    ", "[\n    ", "]"));
  }

  private static String sample(Sample sample) {
    LoadFigures load = sample.load();
    List<String> members =
        List.of(
            member("cost", Double.isFinite(sample.cost()) ? "" + sample.cost() : "null"),
            member("operations", "" + load.operations()),
            member("bytes", "" + load.bytes()),
            member("errors", "" + load.errors()),
            member("open", "" + load.open()),
            member("nanos", "" + load.nanos()),
            member("p50Nanos", "" + load.p50Nanos()),
            member("p99Nanos", "" + load.p99Nanos()));
    return "{" + String.join(", ", members) + "}";
  }

  private static String member(String name, String value) {
    return "\"" + name + "\": " + value;
  }
}
