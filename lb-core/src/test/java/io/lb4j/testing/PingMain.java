package io.lb4j.testing;

import io.lb4j.Health;
import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import java.time.Duration;

/**
 * Pings the addresses of its arguments and tells how each fares: {@code 127.0.0.1 UP}; says {@code
 * threads true} when that took probe threads, and {@code denied …} where pinging is not allowed.
 */
public final class PingMain {
  private PingMain() {}

  /** Runs it. */
  public static void main(String[] addresses) {
    try {
      ping(HealthMonitor.ping().interval(Duration.ofMillis(300)).fall(1).rise(1), addresses);
    } catch (UnsupportedOperationException denied) {
      System.out.println("denied " + denied.getMessage());
    }
  }

  private static void ping(HealthMonitor monitor, String... addresses) {
    Pool.Builder members = Pool.builder("web").monitor(monitor);
    for (String address : addresses) {
      members.member(address, 80);
    }
    Pool pool = members.build();
    try (VirtualServer edge =
        VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).start()) {
      for (PoolMember member : pool.members()) {
        Await.until(
            () -> edge + ": " + member, Await.LIMIT, () -> member.health() != Health.UNKNOWN);
        System.out.println(member.socketAddress().orElseThrow() + " " + member.health());
      }
      System.out.println("threads " + probeThreads());
    }
  }

  private static boolean probeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("lb4j-web-probe"));
  }
}
