package io.lb4j.benchmarks.monitors;

import io.lb4j.Health;
import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Watches a pool of many members on loopback, each with an address of its own, by a TCP connect
 * every second, and prints how long it takes until all are up, what share of a processor the
 * control thread takes, and the round trips of a flow through another virtual server of the same
 * process, before, with and after the monitors.
 */
public final class Monitors {
  private static final int PER_BLOCK = 250;
  private static final int BLOCKS = 250;

  private Monitors() {}

  /**
   * Runs it.
   *
   * @param args how many members, 1 to 62500, and for how many seconds; default 10000 and 20
   * @throws IOException when loopback does not do as it should
   * @throws InterruptedException when the thread is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int members = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    Duration time = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 20);
    if (members < 1 || members > PER_BLOCK * BLOCKS) {
      throw new IllegalArgumentException(
          "members: " + members + " (expected: 1.." + PER_BLOCK * BLOCKS + ")");
    }
    try (MemberProcess probed = new MemberProcess();
        LoopbackServer echo = new LoopbackServer("echo");
        VirtualServer echoing =
            serve(Pool.builder("echo").member("127.0.0.1", echo.port()).build())) {
      Measuring measuring = new Measuring(echoing.address(), time.dividedBy(2));
      measuring.warmUp();
      measuring.print("without monitors");
      Pool pool = poolOf(members, probed.port());
      long begun = System.nanoTime();
      try (VirtualServer watched = serve(pool)) {
        awaitUp(pool);
        System.out.printf(
            Locale.ROOT,
            "all up after %.1f s, for which the control thread ran %.1f s%n",
            (System.nanoTime() - begun) / 1e9,
            controlCpuNanos() / 1e9);
        measuring.warmUp();
        long cpuBefore = controlCpuNanos();
        begun = System.nanoTime();
        measuring.print("with " + members + " monitored members");
        double share = (controlCpuNanos() - cpuBefore) / (double) (System.nanoTime() - begun);
        long down = pool.members().stream().filter(each -> each.health() != Health.UP).count();
        System.out.printf(
            Locale.ROOT,
            "control thread %.1f %% of a processor, %d not up, %s%n",
            100 * share,
            down,
            watched.transport());
      }
      measuring.print("without monitors again");
    }
  }

  /** Round trips at two paces, and how long the loop waited for a processor meanwhile. */
  private record Measuring(SocketAddress server, Duration time) {
    private static final Duration PAUSE = Duration.ofMillis(1);

    void warmUp() throws IOException {
      RoundTrips.measure(server, time.dividedBy(2), Duration.ZERO);
    }

    void print(String what) throws IOException {
      print(what + ", one after the other", Duration.ZERO);
      print(what + ", a pause of 1 ms between", PAUSE);
    }

    private void print(String what, Duration pause) throws IOException {
      WaitForProcessor wait = new WaitForProcessor("lb4j-echo-loop-0");
      long before = wait.nanos();
      RoundTrips trips = RoundTrips.measure(server, time, pause);
      double waited = (wait.nanos() - before) / 1e3 / trips.count();
      System.out.printf(Locale.ROOT, "%s: %s; its loop waited %.1f us each%n", what, trips, waited);
    }
  }

  private static Pool poolOf(int members, int port) {
    Pool.Builder pool =
        Pool.builder("watched").monitor(HealthMonitor.tcp().interval(Duration.ofSeconds(1)));
    for (int i = 0; i < members; i++) {
      pool.member("127.1." + i / PER_BLOCK + "." + (i % PER_BLOCK + 1), port);
    }
    return pool.build();
  }

  private static VirtualServer serve(Pool pool) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return VirtualServer.builder(pool.name())
        .listen(anyPort.getHostString(), 0)
        .pool(pool)
        .loops(1)
        .start();
  }

  private static void awaitUp(Pool pool) throws InterruptedException {
    while (pool.members().stream().anyMatch(member -> member.health() == Health.UNKNOWN)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long controlCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      if (threads.getThreadInfo(id).getThreadName().equals("lb4j-watched-control")) {
        return threads.getThreadCpuTime(id);
      }
    }
    throw new IllegalStateException("no control thread");
  }
}
