package io.lb4j.benchmarks.choose;

import io.lb4j.Chooser;
import io.lb4j.PoolMember;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One {@link Chooser#choose} of each built-in strategy. Run with {@code -prof gc} to see the bytes
 * allocated per choice, which are to be 0.
 *
 * <p>All members are up, idle and usable, so this is the ordinary case: what it costs to pass over
 * members that are full is not in it, nor is what a flow pays around the choice (persistence, the
 * member's counters). {@link #shared} has two threads on one chooser, as two event loops have.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChooseBenchmark {
  /** Which strategy chooses. */
  @Param({
    "roundRobin",
    "weightedRoundRobin",
    "random",
    "weightedRandom",
    "leastConnections",
    "shortestExpectedDelay",
    "neverQueue",
    "firstAvailable",
    "randomTwoChoices",
    "choices",
    "responseTime",
    "hostUtilisation",
    "sourceHash",
    "maglev",
    "maglevBounded",
    "ringHash",
    "rendezvous"
  })
  public String strategy;

  /** How many members there are to choose from. */
  @Param({"2", "10", "100", "1000"})
  public int members;

  private Chooser chooser;

  /** Makes the chooser, over members that nobody connects to. */
  @Setup(Level.Trial)
  public void over() {
    chooser = Strategies.named(strategy).over(Strategies.pool(members).members());
  }

  /** One thread has the chooser for itself. */
  @Benchmark
  @Threads(1)
  public PoolMember alone(Clients clients) {
    return chooser.choose(clients.next());
  }

  /** Two threads share the chooser; the time is that of one choice on one thread. */
  @Benchmark
  @Threads(2)
  public PoolMember shared(Clients clients) {
    return chooser.choose(clients.next());
  }
}
