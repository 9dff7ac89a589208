package io.lb4j.benchmarks.l4;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Round trips on a flow that is open already: 64 B there, and when they have arrived, 64 B back.
 * One client that waits for each reply, so this is a latency; most of it is waking up threads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class RoundTripBenchmark {
  private static final Message MESSAGE = new Message(64, 64);

  private LongFlow flow;

  /** Connects. */
  @Setup(Level.Trial)
  public void connect(L4 l4) throws IOException {
    flow = new LongFlow(l4.connect(), MESSAGE, 0);
  }

  /** Ends the flow. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    flow.close();
  }

  /** One request and its reply. */
  @Benchmark
  public void roundTrip() throws IOException {
    flow.exchange();
  }
}
