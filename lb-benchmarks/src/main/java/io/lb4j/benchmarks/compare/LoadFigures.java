package io.lb4j.benchmarks.compare;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the load generator saw in one run.
 *
 * @param operations flows or round trips that were completed
 * @param bytes received by the reader; only when delivered through the proxy
 * @param errors flows that were refused, cut off or answered wrongly
 * @param open idle flows that had their exchange and are held
 * @param nanos how long the run took
 * @param p50Nanos median latency of an operation
 * @param p99Nanos 99th percentile of it
 */
record LoadFigures(
    long operations, long bytes, long errors, long open, long nanos, long p50Nanos, long p99Nanos) {

  /** The line by which the load generator's process tells them. */
  String toLine() {
    return LongStream.of(operations, bytes, errors, open, nanos, p50Nanos, p99Nanos)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }

  static LoadFigures parse(String line) {
    long[] values = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new LoadFigures(
        values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
  }

  double operationsPerSecond() {
    return operations * 1e9 / nanos;
  }

  double megabytesPerSecond() {
    return bytes * 1e3 / nanos;
  }

  double p50Micros() {
    return p50Nanos / 1e3;
  }

  double p99Micros() {
    return p99Nanos / 1e3;
  }
}
