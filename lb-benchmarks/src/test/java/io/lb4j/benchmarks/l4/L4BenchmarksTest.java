package io.lb4j.benchmarks.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.benchmarks.Params;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every benchmark once on every route, without JMH, and looks for what stays behind. */
class L4BenchmarksTest {
  private static final long GONE_MILLIS = 5000;
  private static final Set<Thread> BEFORE = new HashSet<>();

  private final L4 l4 = new L4();

  static Stream<String> routes() {
    return Params.of(L4.class, "route");
  }

  @BeforeAll
  static void noteThreads() {
    BEFORE.addAll(Thread.getAllStackTraces().keySet());
  }

  @AfterEach
  void close() {
    l4.close();
  }

  /** Once at the end: Netty's own executor takes a second to go. */
  @AfterAll
  static void noThreadStays() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!BEFORE.contains(thread) && thread != Thread.currentThread()) {
        thread.join(GONE_MILLIS);
        assertThat(thread.isAlive()).as("%s still runs", thread).isFalse();
      }
    }
  }

  private void open(String route) throws IOException {
    l4.route = route;
    l4.open();
  }

  @ParameterizedTest
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @MethodSource("routes")
  void newFlows(String route) throws IOException {
    open(route);
    NewFlowsBenchmark benchmark = new NewFlowsBenchmark();

    benchmark.flow(l4);
    benchmark.flow(l4); // the other member's
  }

  @ParameterizedTest
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @MethodSource("routes")
  void roundTrips(String route) throws IOException {
    open(route);
    RoundTripBenchmark benchmark = new RoundTripBenchmark();

    benchmark.connect(l4);
    benchmark.roundTrip();
    benchmark.roundTrip();
    benchmark.close();
  }

  @ParameterizedTest
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @MethodSource("routes")
  void upload(String route) throws IOException {
    open(route);
    megabytes("upload");
  }

  @ParameterizedTest
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @MethodSource("routes")
  void download(String route) throws IOException {
    open(route);
    megabytes("download");
  }

  private void megabytes(String direction) throws IOException {
    BulkBenchmark benchmark = new BulkBenchmark();
    benchmark.direction = direction;
    benchmark.connect(l4);
    benchmark.megabyte();
    benchmark.megabyte();
    benchmark.close();
  }
}
