package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members given by name, in a pool that is in use. */
@Timeout(20)
class PoolNamesTest {
  private final NamedServer server = NamedServer.open("a");

  @AfterEach
  void close() {
    server.close();
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  private static VirtualServer serve(Pool pool) {
    return VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start();
  }

  private static List<InetAddress> serverAddress() {
    return List.of(StubFlow.inet(NamedServer.HOST, 0).getAddress());
  }

  @Test
  void startingWaitsForNames() {
    Pool pool =
        Pool.builder("web")
            .resolver(
                host -> {
                  Eventually.within(Duration.ofMillis(200), () -> false); // a slow one
                  return serverAddress();
                })
            .member("a.example", server.port())
            .build();
    assertThat(pool.members().get(0).isAvailable()).as("available before any use").isFalse();
    try (VirtualServer edge = serve(pool)) {
      assertThat(pool.members().get(0).isAvailable()).as("available once started").isTrue();
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
    }
  }

  @Test
  void aNameThatCannotBeResolvedAtFirstIsAskedForAgain() {
    AtomicInteger asked = new AtomicInteger();
    Pool pool =
        Pool.builder("web")
            .resolver(
                host -> {
                  if (asked.incrementAndGet() == 1) {
                    throw new UnknownHostException(host);
                  }
                  return serverAddress();
                })
            .resolveInterval(Duration.ofSeconds(1))
            .monitor(HealthMonitor.tcp().interval(Duration.ofMillis(50)))
            .member("a.example", server.port())
            .build();
    try (VirtualServer edge = serve(pool)) {
      assertThat(pool.availableMembers()).as("available while the name is unknown").isEmpty();
      Eventually.equal("available members", 1, () -> pool.availableMembers().size());
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
      Eventually.equal("health", Health.UP, () -> pool.members().get(0).health());
    }
  }

  @Test
  void addingANameWhoseResolverHangsDoesNotWait() {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Pool pool =
        Pool.builder("web")
            .resolver(
                host -> {
                  asked.countDown();
                  try {
                    goOn.await();
                  } catch (InterruptedException closed) {
                    interrupted.set(true);
                  }
                  return serverAddress();
                })
            .member(server.spec())
            .build();
    try (VirtualServer edge = serve(pool)) {
      PoolMember hanging = pool.add("hangs.example", server.port());
      assertThat(hanging.isAvailable()).isFalse();
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
      Eventually.holds("the resolver is asked", () -> asked.getCount() == 0);
    }

    Eventually.holds("the resolver is interrupted by the close", interrupted::get);
  }

  @Test
  void theNextUseOfAPoolAsksAgain() {
    AtomicInteger asked = new AtomicInteger();
    Pool pool =
        Pool.builder("web")
            .resolver(
                host -> {
                  asked.incrementAndGet();
                  return serverAddress();
                })
            .member("a.example", server.port())
            .build();
    try (VirtualServer edge = serve(pool)) {
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
    }
    assertThat(asked).hasValue(1);
    try (VirtualServer edge = serve(pool)) {
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
      Eventually.equal("times asked", 2, asked::get);
    }
  }

  @Test
  void aMemberGivenByItsAddressIsNotAskedFor() {
    Pool pool =
        Pool.builder("web")
            .resolver(
                host -> {
                  throw new AssertionError("asked for " + host);
                })
            .member(server.spec())
            .build();
    try (VirtualServer edge = serve(pool)) {
      assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
      assertThat(Threads.named("lb4j-web-resolver")).isZero();
    }
  }
}
