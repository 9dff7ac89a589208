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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Bulk on one flow, in megabytes (10^6 B) per second. An operation is one megabyte that was
 * delivered: uploaded and acknowledged by 1 B of the server, or received by the client to its last
 * byte. Three more are on their way meanwhile, so that nobody waits for an acknowledgement.
 *
 * <p>The servers count bytes and do not look at them, and nor does the client.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class BulkBenchmark {
  private static final int MEGABYTE = 1_000_000;
  private static final int AHEAD = 3;

  /** Which way the bytes go. */
  @Param({"upload", "download"})
  public String direction;

  private LongFlow flow;

  /** Connects and sends the first requests. */
  @Setup(Level.Trial)
  public void connect(L4 l4) throws IOException {
    flow = new LongFlow(l4.connect(), message(), AHEAD);
  }

  private Message message() {
    return switch (direction) {
      case "upload" -> new Message(MEGABYTE, 1);
      case "download" -> new Message(Message.HEAD, MEGABYTE);
      default -> throw new IllegalArgumentException("direction: " + direction);
    };
  }

  /** Ends the flow. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    flow.close();
  }

  /** One more megabyte. */
  @Benchmark
  public void megabyte() throws IOException {
    flow.exchange();
  }
}
