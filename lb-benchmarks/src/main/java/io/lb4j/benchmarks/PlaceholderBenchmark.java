package io.lb4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Holds the place of the real benchmarks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlaceholderBenchmark {

  /** What to take the hash of. */
  @Param({"lb4j"})
  public String text;

  /** Creates the state. */
  public PlaceholderBenchmark() {}

  /**
   * Measures a hash.
   *
   * @return the hash
   */
  @Benchmark
  public int hash() {
    return text.hashCode();
  }
}
