package io.lb4j.benchmarks.compare;

/** What the flows of one run add up to. Of one thread. */
final class Tally {
  final LatencyHistogram latency = new LatencyHistogram();
  private final long startNanos = System.nanoTime();
  private long operations;
  private long bytes;
  private long errors;
  private long open;

  void operation(long nanos) {
    operations++;
    latency.record(nanos);
  }

  void bytes(long more) {
    bytes += more;
  }

  void error() {
    errors++;
  }

  void opened() {
    open++;
  }

  long open() {
    return open;
  }

  long errors() {
    return errors;
  }

  LoadFigures figures() {
    return figures(System.nanoTime() - startNanos);
  }

  /** The same for a run that took so long. */
  LoadFigures figures(long nanos) {
    return new LoadFigures(
        operations,
        bytes,
        errors,
        open,
        nanos,
        latency.percentileNanos(0.5),
        latency.percentileNanos(0.99));
  }
}
