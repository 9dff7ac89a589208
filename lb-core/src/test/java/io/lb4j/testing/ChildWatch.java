package io.lb4j.testing;

import io.lb4j.HealthMonitor;
import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.ProbeResult;
import io.lb4j.VirtualServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A virtual server in a JVM of its own whose pool has a monitor that believes the first failure.
 * Says every event of the pool; on each line of its input how many probes were set aside.
 */
public final class ChildWatch {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration PROBE = Duration.ofMillis(200);

  private ChildWatch() {}

  /** Ports of the members on 127.0.0.1. */
  public static void main(String[] ports) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    HealthMonitor monitor = HealthMonitor.of(ChildWatch::probe);
    Pool.Builder builder =
        Pool.builder("watched")
            .monitor(monitor.interval(INTERVAL).timeout(INTERVAL).fall(1))
            .listener(event -> out.println("event " + event));
    for (String port : ports) {
      builder.member(MemberSpec.of("127.0.0.1", Integer.parseInt(port)));
    }
    Pool pool = builder.build();
    VirtualServer edge = Edges.edge(pool).start();
    out.println("listening " + ((InetSocketAddress) edge.address()).getPort());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (int asked = 1; in.readLine() != null; asked++) {
      long setAside = pool.members().stream().mapToLong(PoolMember::probesSetAside).sum();
      out.println("set aside " + asked + ": " + setAside);
    }
  }

  /** Takes so long that a pause finds some under way, and finds it out itself. */
  private static ProbeResult probe(PoolMember member) throws IOException, InterruptedException {
    InetSocketAddress address = (InetSocketAddress) member.socketAddress().orElseThrow();
    new Socket(address.getAddress(), address.getPort()).close();
    long begun = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(PROBE.toNanos());
    Duration taken = Duration.ofNanos(System.nanoTime() - begun);
    return taken.compareTo(INTERVAL) < 0
        ? ProbeResult.pass()
        : ProbeResult.fail("took " + taken.toMillis() + " ms");
  }
}
