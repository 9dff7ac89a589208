package io.lb4j.benchmarks.choose;

import io.lb4j.Chooser;
import io.lb4j.PoolMember;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to make the chooser of a strategy that lays something out beforehand: each time the
 * available members or their weights change.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TableBenchmark {
  /** Which strategy. */
  @Param({"weightedRoundRobin", "maglev", "ringHash", "rendezvous"})
  public String strategy;

  /** How many members there are. */
  @Param({"10", "1000"})
  public int members;

  private List<PoolMember> available;

  /** Makes the members, which nobody connects to. */
  @Setup(Level.Trial)
  public void members() {
    available = Strategies.pool(members).members();
  }

  /** Makes a chooser. */
  @Benchmark
  public Chooser over() {
    return Strategies.named(strategy).over(available);
  }
}
