package io.lb4j.benchmarks.l4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * New flows per second: connect, one request of 64 B, its reply of 64 B, reset. Four clients at
 * once keep the processors of a small machine busy, so that this is what fits on it and not how
 * long one flow takes.
 *
 * <p>The client's reset ends the flow; what is between has to pass it on to the member, and the
 * time for that is measured as far as it takes processor time from the next flows. An orderly close
 * is not measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(4)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class NewFlowsBenchmark {
  private static final Message MESSAGE = new Message(64, 64);

  private final ByteBuffer request = MESSAGE.request();
  private final ByteBuffer reply = Client.readBuffer();

  /** One flow from connect to reset. */
  @Benchmark
  public void flow(L4 l4) throws IOException {
    try (Client client = l4.connect()) {
      client.send(request);
      client.receive(MESSAGE.replyBytes(), reply);
    }
  }
}
