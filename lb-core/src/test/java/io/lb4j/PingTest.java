package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Loopback;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members judged by an ICMP echo, where this machine lets one be sent. */
@Timeout(20)
class PingTest {
  private VirtualServer edge;

  @AfterEach
  void close() {
    if (edge != null) {
      edge.close();
    }
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  private static HealthMonitor ping() {
    try {
      return HealthMonitor.ping();
    } catch (UnsupportedOperationException denied) {
      assumeTrue(false, denied.getMessage());
      throw denied;
    }
  }

  private PoolMember watched(String host, int port) {
    HealthMonitor monitor =
        ping().interval(Duration.ofMillis(300)).timeout(Duration.ofMillis(250)).fall(1).rise(1);
    Pool pool = Pool.builder("web").monitor(monitor).member(host, port).build();
    edge = VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start();
    return pool.members().get(0);
  }

  @Test
  void anAddressThatAnswersIsUpThoughNobodyListensThere() throws Exception {
    int nobodysPort;
    try (ServerSocket free = new ServerSocket(0)) {
      nobodysPort = free.getLocalPort();
    }
    PoolMember member = watched("127.0.0.1", nobodysPort);

    Eventually.equal("health", Health.UP, member::health);
  }

  @Test
  void anIpv6AddressIsPingedToo() throws Exception {
    assumeTrue(Loopback.ipv6().isPresent(), "there is no ::1 here");

    Eventually.equal("health", Health.UP, watched("::1", 80)::health);
  }

  @Test
  void anAddressThatDoesNotAnswerIsDownAndSaysWhy() {
    PoolMember member = watched("240.0.0.1", 80); // reserved: no host may have it
    Eventually.equal("health", Health.DOWN, member::health);

    assertThat(member.lastProbe().orElseThrow().result().detail())
        .matches("ping: .+|exit status .+|timed out");
  }

  @Test
  void whereItIsNotAllowedTheErrorSaysWhatIsMissing() {
    try {
      assertThat(HealthMonitor.ping()).asString().startsWith("ping every 2.0s");
    } catch (UnsupportedOperationException denied) {
      assertThat(denied)
          .hasMessageStartingWith("no way to ping: ICMP sockets")
          .hasMessageContaining("the ping program: ")
          .hasMessageContaining("CAP_NET_RAW");
    }
  }
}
