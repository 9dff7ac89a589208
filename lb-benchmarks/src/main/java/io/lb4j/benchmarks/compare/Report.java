package io.lb4j.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The result of one workload as text. */
final class Report {
  private static final String NONE = "-";

  private Report() {}

  static String of(Result result) {
    Table table = new Table(header(result.workload()));
    result.samples().keySet().forEach(name -> table.add(row(result, name)));
    return title(result) + "\n\n" + table;
  }

  private static String title(Result result) {
    String peer = result.bestPeer().map(name -> "; best peer: " + name).orElse("; no peer");
    int rounds = result.samples().values().stream().mapToInt(List::size).max().orElse(0);
    return result.workload().label()
        + (rounds == 1 ? ", one round" : ", median of " + rounds + " rounds")
        + ", less is better"
        + peer;
  }

  private static List<String> header(Workload workload) {
    Stream<String> first = Stream.of("proxy", workload.unit(), "ratio");
    Stream<String> last = Stream.of(workload.isUdp() ? "lost" : "errors");
    return Stream.of(first, loadHeader(workload), last).flatMap(it -> it).toList();
  }

  private static Stream<String> loadHeader(Workload workload) {
    return switch (workload) {
      case SHORT, ECHO, UDP_ECHO, UDP_SHORT -> Stream.of("per second", "p50 us", "p99 us");
      case UPLOAD, DOWNLOAD -> Stream.of("MB/s");
      case IDLE -> Stream.of("open");
      case UDP_BURST -> Stream.of("per second");
    };
  }

  private static List<String> row(Result result, String name) {
    Stream<String> first = Stream.of(name, cost(result, name), ratio(result, name));
    Stream<String> last = Stream.of(Long.toString(result.errors(name)));
    return Stream.of(first, load(result, name), last).flatMap(it -> it).toList();
  }

  private static Stream<String> load(Result result, String name) {
    return switch (result.workload()) {
      case SHORT, ECHO, UDP_ECHO, UDP_SHORT ->
          Stream.of(
              whole(result.median(name, sample -> sample.load().operationsPerSecond())),
              whole(result.median(name, sample -> sample.load().p50Micros())),
              whole(result.median(name, sample -> sample.load().p99Micros())));
      case UPLOAD, DOWNLOAD ->
          Stream.of(whole(result.median(name, sample -> sample.load().megabytesPerSecond())));
      case UDP_BURST ->
          Stream.of(whole(result.median(name, sample -> sample.load().operationsPerSecond())));
      case IDLE -> Stream.of(whole(result.median(name, sample -> sample.load().open())));
    };
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  /** The contender's cost with three digits, or a dash. */
  static String cost(Result result, String name) {
    double cost = result.cost(name);
    if (!Double.isFinite(cost)) {
      return NONE;
    }
    int decimals = Math.abs(cost) >= 100 ? 0 : Math.abs(cost) >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", cost);
  }

  /** The contender's ratio to the best peer, or a dash. */
  static String ratio(Result result, String name) {
    OptionalDouble ratio = result.ratio(name);
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : NONE;
  }
}
