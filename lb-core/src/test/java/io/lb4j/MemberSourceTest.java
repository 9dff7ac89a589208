package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Members that a name brings, in a pool in use; the test says when names are asked for again. */
@Timeout(20)
class MemberSourceTest {
  private static final MemberSource WEB = MemberSource.addressesOf("web.example", 80);

  private final AtomicReference<NameResolver> names = new AtomicReference<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final RecordedEvents events = new RecordedEvents();
  private Pool pool = newPool(WEB);

  private Pool.Builder builder() {
    return Pool.builder("sourced").resolver(this::resolve).listener(events);
  }

  private Pool newPool(MemberSource source) {
    return builder().source(source).build();
  }

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    asked.incrementAndGet();
    return names.get().resolve(host);
  }

  @AfterEach
  void close() {
    pool.release();
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-sourced"));
  }

  private void use(Pool used, String... addresses) {
    pool = used;
    answer(addresses);
    pool.retain();
  }

  private void answer(String... addresses) {
    List<InetAddress> found =
        Arrays.stream(addresses).map(text -> StubFlow.inet(text, 0).getAddress()).toList();
    names.set(host -> found);
  }

  private void askAgain() {
    int before = asked.get();
    Eventually.holds(
        "two more rounds",
        () -> {
          pool.resolveNow();
          return asked.get() >= before + 2; // the first of them has been used
        });
  }

  private List<String> members() {
    return pool.members().stream().map(member -> member.address().toString()).toList();
  }

  @Test
  void eachAddressIsAMember() {
    use(pool, "10.0.0.1", "10.0.0.2", "2001:db8:0:0:0:0:0:1");

    assertThat(members())
        .containsExactly("10.0.0.1:80", "10.0.0.2:80", "[2001:db8:0:0:0:0:0:1]:80");
    assertThat(pool.availableMembers()).hasSize(3);
    assertThat(pool.sources()).containsExactly(WEB);
  }

  @Test
  void anAddressGivenTwiceIsOneMember() {
    use(pool, "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.1");

    assertThat(members()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
  }

  @Test
  void membersHaveTheSettingsThatTheSourceWasGiven() {
    MemberSpec spec = MemberSpec.of("web.example", 80).weight(7).maxFlows(11);
    use(newPool(MemberSource.addressesOf(spec)), "10.0.0.1");

    PoolMember member = pool.member("10.0.0.1", 80);
    assertThat(member.weight()).isEqualTo(7);
    assertThat(member.maxFlows()).isEqualTo(11);
  }

  @Test
  void membersComeAndGoWithTheAnswersAndKeepWhatTheyHaveWhileTheyStay() {
    use(pool, "10.0.0.1", "10.0.0.2");
    PoolMember staying = pool.member("10.0.0.2", 80);
    staying.countConnected();
    staying.drain();
    staying.reweight(9);
    answer("10.0.0.3", "10.0.0.2");

    askAgain();

    Eventually.equal("members", List.of("10.0.0.2:80", "10.0.0.3:80"), this::members);
    assertThat(pool.member("10.0.0.2", 80)).isSameAs(staying);
    assertThat(staying.flowsTotal()).isEqualTo(1);
    assertThat(staying.adminState()).isEqualTo(AdminState.DRAINING);
    assertThat(staying.weight()).isEqualTo(9);
    Eventually.equal("left", List.of("left 10.0.0.1:80"), () -> events.all("left"));
    assertThat(events.all("joined"))
        .containsExactly("joined 10.0.0.1:80", "joined 10.0.0.2:80", "joined 10.0.0.3:80");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("unknown", failing(new UnknownHostException("SERVFAIL"))),
        Arguments.of("null", (NameResolver) host -> null),
        Arguments.of("list of null", (NameResolver) host -> Collections.singletonList(null)),
        Arguments.of(
            "runtime exception",
            (NameResolver)
                host -> {
                  throw new IllegalStateException("by the host");
                }));
  }

  private static NameResolver failing(UnknownHostException failure) {
    return host -> {
      throw failure;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void membersStayWhileTheResolverFails(String name, NameResolver failing) {
    use(pool, "10.0.0.1", "10.0.0.2");
    names.set(failing);
    askAgain();
    assertThat(members()).containsExactly("10.0.0.1:80", "10.0.0.2:80");

    answer("10.0.0.3");
    askAgain();

    Eventually.equal("members", List.of("10.0.0.3:80"), this::members);
  }

  @Test
  void anEmptyAnswerIsBelieved() {
    use(pool, "10.0.0.1");
    answer();
    askAgain();
    Eventually.equal("members", List.of(), this::members);

    answer("10.0.0.1");
    askAgain();

    Eventually.equal("members", List.of("10.0.0.1:80"), this::members);
  }

  @Test
  void aFailureIsToldWhenItBeginsAndWhenItEnds() {
    try (LogCapture log = LogCapture.of(Pool.class)) {
      use(pool, "10.0.0.1");
      for (int outage = 0; outage < 2; outage++) {
        names.set(failing(new UnknownHostException("SERVFAIL")));
        askAgain();
        askAgain();
        answer("10.0.0.1");
        askAgain();
      }
      String begun =
          "WARN source sourced/web.example:80 cannot be resolved (SERVFAIL); its members stay";
      String ended = "INFO source sourced/web.example:80 can be resolved again";
      Eventually.equal(
          "lines", List.of(begun, ended, begun, ended), () -> log.lines("be resolved"));
    }
  }

  private static String[] addresses(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "10.0." + i / 200 + "." + (i % 200 + 1))
        .toArray(String[]::new);
  }

  @Test
  void twoHundredAddressesAreTwoHundredMembers() {
    use(pool, addresses(0, 200));

    assertThat(pool.availableMembers()).hasSize(200);
  }

  @Test
  void beyondTheLimitThoseThatAreThereStayAndTheRestIsLeftOutWithAWarning() {
    try (LogCapture log = LogCapture.of(Pool.class)) {
      use(pool, addresses(0, 300));
      assertThat(members()).hasSize(256);
      List<String> before = members();
      String[] otherOrder = addresses(0, 300);
      Collections.reverse(Arrays.asList(otherOrder));
      answer(otherOrder);
      askAgain();
      askAgain();

      assertThat(members()).isEqualTo(before);
      assertThat(log.lines("limit"))
          .containsExactly(
              "WARN source web.example:80 has 300 members, its limit is 256:"
                  + " the others are left out");
    }
  }

  @Test
  void anotherLimitCounts() {
    use(newPool(WEB.limit(2)), addresses(0, 5));

    assertThat(members()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
  }

  @Test
  void aMemberGivenByItselfIsLeftAlone() {
    Pool mixed =
        builder()
            .member(MemberSpec.of("10.0.0.1", 80).weight(5))
            .member("2001:db8::1", 80)
            .source(WEB)
            .build();
    use(mixed, "10.0.0.1", "10.0.0.2", "2001:db8::1");
    assertThat(members()).containsExactly("10.0.0.1:80", "[2001:db8::1]:80", "10.0.0.2:80");
    assertThat(pool.member("10.0.0.1", 80).weight()).isEqualTo(5);

    answer("10.0.0.2");
    askAgain();

    assertThat(members()).containsExactly("10.0.0.1:80", "[2001:db8::1]:80", "10.0.0.2:80");
  }

  @Test
  void aMemberTakenOutByHandComesBackWithTheNextAnswer() {
    use(pool, "10.0.0.1", "10.0.0.2");
    assertThat(pool.remove(pool.member("10.0.0.1", 80))).isTrue();
    assertThat(members()).containsExactly("10.0.0.2:80");

    askAgain();

    Eventually.equal("members", List.of("10.0.0.2:80", "10.0.0.1:80"), this::members);
  }

  @Test
  void replacingMembersLeavesThoseOfASourceButTakesOverTheNamedOnes() {
    use(pool, "10.0.0.1", "10.0.0.2");
    pool.add("10.0.0.9", 80);
    pool.replaceMembers(List.of(MemberSpec.of("10.0.0.2", 80).weight(3)));
    assertThat(members()).containsExactlyInAnyOrder("10.0.0.1:80", "10.0.0.2:80");

    answer("10.0.0.3");
    askAgain();

    Eventually.equal("members", List.of("10.0.0.2:80", "10.0.0.3:80"), this::members);
    assertThat(pool.member("10.0.0.2", 80).weight()).isEqualTo(3);
  }

  @Test
  void aSourceComesAndGoesWithItsMembersWhileThePoolIsInUse() {
    use(builder().member("10.0.0.9", 80).build(), "10.0.0.1");
    pool.addSource(WEB);
    Eventually.equal("members", List.of("10.0.0.9:80", "10.0.0.1:80"), this::members);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.addSource(MemberSource.addressesOf("WEB.example", 80)))
        .withMessage("source: web.example:80 (expected: a source that pool sourced has only once)");

    assertThat(pool.removeSource(WEB)).isTrue();

    assertThat(members()).containsExactly("10.0.0.9:80");
    assertThat(pool.removeSource(WEB)).as("removed again").isFalse();
    assertThat(pool.sources()).isEmpty();
  }

  @Test
  void anAnswerThatComesAfterTheSourceHasGoneIsForgotten() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    use(builder().build());
    names.set(
        host -> {
          begun.countDown();
          awaitQuietly(goOn);
          return List.of(StubFlow.inet("10.0.0.1", 0).getAddress());
        });
    pool.addSource(WEB);
    begun.await();
    pool.removeSource(WEB);
    goOn.countDown();
    pool.addSource(MemberSource.addressesOf("other.example", 81));

    Eventually.equal("members", List.of("10.0.0.1:81"), this::members);
  }

  @Test
  void aNameThatHangsDoesNotDelayTheOthers() {
    CountDownLatch goOn = new CountDownLatch(1);
    use(builder().build());
    names.set(
        host -> {
          if (host.equals("hangs.example")) {
            awaitQuietly(goOn);
          }
          return List.of(StubFlow.inet("10.0.0.1", 0).getAddress());
        });
    pool.addSource(MemberSource.addressesOf("hangs.example", 90));

    pool.addSource(WEB);

    Eventually.equal("members", List.of("10.0.0.1:80"), this::members);
    goOn.countDown();
    Eventually.equal("members", List.of("10.0.0.1:80", "10.0.0.1:90"), this::members);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void membersStayBetweenTwoUsesOfThePool() {
    use(pool, "10.0.0.1");
    pool.release();
    assertThat(members()).containsExactly("10.0.0.1:80");

    use(pool, "10.0.0.2");

    Eventually.equal("members", List.of("10.0.0.2:80"), this::members);
  }
}
