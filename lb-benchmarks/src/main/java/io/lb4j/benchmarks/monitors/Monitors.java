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
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Watches a pool of many members on loopback, each with an address of its own, by a TCP connect
 * every second, and prints what share of a processor the control thread takes, and the round trips
 * of a flow through another virtual server of the same process, without and with the monitors.
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
    try (LoopbackServer probed = new LoopbackServer("probed");
        LoopbackServer echo = new LoopbackServer("echo");
        VirtualServer echoing =
            serve(Pool.builder("echo").member("127.0.0.1", echo.port()).build())) {
      RoundTrips.measure(echoing.address(), time.dividedBy(4)); // warm up
      print("without monitors", RoundTrips.measure(echoing.address(), time), "");
      Pool pool = poolOf(members, probed.port());
      try (VirtualServer watched = serve(pool)) {
        awaitUp(pool);
        RoundTrips.measure(echoing.address(), time.dividedBy(4));
        long cpuBefore = controlCpuNanos();
        long begun = System.nanoTime();
        RoundTrips trips = RoundTrips.measure(echoing.address(), time);
        double share = (controlCpuNanos() - cpuBefore) / (double) (System.nanoTime() - begun);
        long down = pool.members().stream().filter(each -> each.health() != Health.UP).count();
        print(
            "with " + members + " monitored members",
            trips,
            String.format(
                Locale.ROOT,
                "; control thread %.1f %% of a processor, %d not up",
                100 * share,
                down));
        System.out.println(watched.transport());
      }
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

  private static void print(String what, RoundTrips trips, String more) {
    System.out.println(what + ": " + trips + more);
  }
}
