package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class MemberResolverTest {
  private static final Duration OFTEN = Duration.ofMillis(5);

  private final Pool pool = Pool.builder("named").member("a.example", 80).build();
  private final PoolMember member = pool.members().get(0);
  private final AtomicReference<NameResolver> answer = new AtomicReference<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<SocketAddress> told = new ConcurrentLinkedQueue<>();
  private final MemberResolver resolver =
      new MemberResolver(
          pool,
          new ResolverSettings(this::answer, Optional.empty(), OFTEN),
          resolved -> told.add(resolved.socketAddress().orElseThrow()));

  private List<InetAddress> answer(String host) throws UnknownHostException {
    asked.incrementAndGet();
    return answer.get().resolve(host);
  }

  @AfterEach
  void close() {
    resolver.close();
    Eventually.equal("resolver threads", 0L, () -> Threads.named("lb4j-named-resolver"));
  }

  private static InetAddress ip(String literal) {
    return StubFlow.inet(literal, 0).getAddress();
  }

  private void awaitTwoMoreRounds() {
    int before = asked.get();
    Eventually.holds("two more rounds", () -> asked.get() >= before + 2);
  }

  @Test
  void theFirstAddressCounts() {
    answer.set(host -> List.of(ip("10.0.0.1"), ip("10.0.0.2"), ip("10.0.0.1")));
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));

    assertThat(member.socketAddress()).contains(StubFlow.inet("10.0.0.1", 80));
    awaitTwoMoreRounds();
    assertThat(told).as("told once").containsExactly(StubFlow.inet("10.0.0.1", 80));
  }

  @Test
  void theNameIsWhatIsAsked() {
    AtomicReference<String> host = new AtomicReference<>();
    answer.set(
        name -> {
          host.set(name);
          return List.of(ip("10.0.0.1"));
        });
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));

    assertThat(host).hasValue("a.example");
  }

  @Test
  void anotherAddressIsTakenOver() {
    answer.set(host -> List.of(ip("10.0.0.1")));
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));
    answer.set(host -> List.of(ip("10.0.0.2")));

    Eventually.equal("addresses told", 2, told::size);
    assertThat(member.socketAddress()).contains(StubFlow.inet("10.0.0.2", 80));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("unknown", fails(new UnknownHostException("a.example"))),
        Arguments.of("empty", (NameResolver) host -> List.of()),
        Arguments.of("null", (NameResolver) host -> null),
        Arguments.of("list of null", (NameResolver) host -> Collections.singletonList(null)),
        Arguments.of("runtime exception", fails(new IllegalStateException("by the host"))),
        Arguments.of("linkage error", fails(new NoClassDefFoundError("by the host"))),
        Arguments.of("assertion error", fails(new AssertionError("by the host"))));
  }

  private static NameResolver fails(Throwable failure) {
    return host -> {
      if (failure instanceof UnknownHostException unknown) {
        throw unknown;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void withoutAnAnswerThereIsNoAddressUntilThereIsOne(String name, NameResolver failing) {
    answer.set(failing);
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));
    awaitTwoMoreRounds();
    assertThat(member.socketAddress()).as("address after: %s", name).isEmpty();
    assertThat(member.isAvailable()).isFalse();

    answer.set(host -> List.of(ip("10.0.0.1")));

    Eventually.holds("an address at last", () -> member.socketAddress().isPresent());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void theOldAnswerStaysWhileTheResolverFails(String name, NameResolver failing) {
    answer.set(host -> List.of(ip("10.0.0.1")));
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));
    answer.set(failing);
    awaitTwoMoreRounds();
    assertThat(member.socketAddress())
        .as("after: %s", name)
        .contains(StubFlow.inet("10.0.0.1", 80));

    answer.set(host -> List.of(ip("10.0.0.2")));

    Eventually.equal("addresses told", 2, told::size);
  }

  @Test
  void aFailureIsToldWithItsConsequence() {
    try (LogCapture log = LogCapture.of(Pool.class)) {
      answer.set(fails(new UnknownHostException("no such name")));
      resolver.add(member);
      resolver.awaitFirstRound(Duration.ofSeconds(10));
      assertThat(log.lines("it gets no flows"))
          .isNotEmpty()
          .allMatch(
              line ->
                  line.equals(
                      "WARN member named/a.example:80 cannot be resolved (no such name);"
                          + " it gets no flows"));
    }
  }

  @Test
  void aResolverThatHangsKeepsNobodyWaitingLongerThanAsked() {
    CountDownLatch goOn = new CountDownLatch(1);
    answer.set(
        host -> {
          try {
            goOn.await();
          } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
          }
          return List.of(ip("10.0.0.1"));
        });
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofMillis(20));
    assertThat(member.socketAddress()).isEmpty();

    goOn.countDown();

    Eventually.holds("the slow answer", () -> member.socketAddress().isPresent());
  }

  @Test
  void aMemberThatWasRemovedIsNotAskedForAgain() {
    answer.set(host -> List.of(ip("10.0.0.1")));
    resolver.add(member);
    resolver.awaitFirstRound(Duration.ofSeconds(10));
    Pool other = Pool.builder("named").member("b.example", 80).build();
    Queue<String> hosts = new ConcurrentLinkedQueue<>();
    answer.set(
        host -> {
          hosts.add(host);
          return List.of(ip("10.0.0.2"));
        });
    resolver.add(other.members().get(0));
    resolver.remove(member);
    Eventually.holds("b.example asked for", () -> hosts.contains("b.example"));
    hosts.clear();
    awaitTwoMoreRounds();

    assertThat(hosts).containsOnly("b.example");
  }
}
