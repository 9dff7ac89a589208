package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Consistent hashing: which keys move when, and who gets how many. */
@Timeout(30)
class HashStrategyTest {
  private static final int CLIENTS = 8000;
  private static final KeySource SOURCE = KeySource.sourceAddress();
  private static final HashStrategy MAGLEV = BalancingStrategy.maglev(SOURCE);
  private static final HashStrategy RING = BalancingStrategy.ringHash(SOURCE);
  private static final HashStrategy RENDEZVOUS = BalancingStrategy.rendezvous(SOURCE);

  static Stream<HashStrategy> all() {
    return Stream.of(MAGLEV, RING, RENDEZVOUS);
  }

  /** Those where nothing moves without need. */
  static Stream<HashStrategy> exact() {
    return Stream.of(RING, RENDEZVOUS);
  }

  private static StubFlow flow(int client) {
    return StubFlow.from("198.18." + client / 256 + "." + client % 256);
  }

  private static List<ServiceAddress> choices(Pool pool) {
    return IntStream.range(0, CLIENTS)
        .mapToObj(i -> TestPools.choose(pool, flow(i)).address())
        .toList();
  }

  private static long[] counts(Pool pool) {
    long[] counts = new long[pool.members().size()];
    for (int i = 0; i < CLIENTS; i++) {
      counts[pool.members().indexOf(TestPools.choose(pool, flow(i)))]++;
    }
    return counts;
  }

  private static int moved(
      List<ServiceAddress> before, List<ServiceAddress> after, ServiceAddress butOf) {
    return (int)
        IntStream.range(0, CLIENTS)
            .filter(i -> !before.get(i).equals(butOf) && !before.get(i).equals(after.get(i)))
            .count();
  }

  // ---- what moves

  @ParameterizedTest
  @MethodSource("exact")
  void onlyTheKeysOfAMemberThatGoesMove(HashStrategy strategy) {
    Pool pool = TestPools.weighted(strategy, 1, 2, 3, 4, 5);
    List<ServiceAddress> before = choices(pool);
    PoolMember gone = pool.members().get(2);
    gone.disable();

    assertThat(moved(before, choices(pool), gone.address())).isZero();
    gone.enable();
    assertThat(choices(pool)).as("when it is back").isEqualTo(before);
  }

  @Test
  void ofMaglevLessThanOnePercentMoveWithTheKeysOfAMemberThatGoes() {
    Pool pool = TestPools.weighted(MAGLEV, 1, 2, 3, 4, 5);
    List<ServiceAddress> before = choices(pool);
    PoolMember gone = pool.members().get(2);
    gone.disable();

    assertThat(moved(before, choices(pool), gone.address())).isLessThan(CLIENTS / 100);
    gone.enable();
    assertThat(choices(pool)).as("when it is back").isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aboutOneInNMovesWhenAMemberComes(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy, 9);
    List<ServiceAddress> before = choices(pool);
    PoolMember came = pool.add("10.0.0.99", 80);
    List<ServiceAddress> after = choices(pool);
    int all = moved(before, after, came.address());
    long toIt = after.stream().filter(came.address()::equals).count();

    assertThat((double) all / CLIENTS).as("share that moved").isCloseTo(0.1, within(0.05));
    assertThat((double) (all - toIt) / CLIENTS).as("share that moved elsewhere").isLessThan(0.01);
  }

  @ParameterizedTest
  @MethodSource("exact")
  void moreWeightTakesKeysFromOthersAndMovesNoneElsewhere(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy, 5);
    List<ServiceAddress> before = choices(pool);
    PoolMember grown = pool.members().get(1);
    grown.reweight(3);
    List<ServiceAddress> after = choices(pool);

    for (int i = 0; i < CLIENTS; i++) {
      assertThat(after.get(i)).as("client %d", i).isIn(before.get(i), grown.address());
    }
    assertThat(after.stream().filter(grown.address()::equals).count())
        .isCloseTo(CLIENTS * 3L / 7, within(CLIENTS / 20L));
  }

  @ParameterizedTest
  @MethodSource("all")
  void theOrderOfThePoolDoesNotMatter(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy, 6);
    List<ServiceAddress> before = choices(pool);
    List<MemberSpec> backwards =
        new ArrayList<>(IntStream.range(0, 6).mapToObj(TestPools::spec).toList());
    Collections.reverse(backwards);
    pool.replaceMembers(backwards);

    assertThat(choices(pool)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMemberThatMayNotBeUsedLendsItsKeysToSeveralWithoutMovingOthers(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy, 6);
    List<ServiceAddress> own = choices(pool);
    PoolMember full = pool.members().get(1);
    List<ServiceAddress> lent = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      StubFlow flow = flow(i);
      flow.mayUse = member -> member != full;
      lent.add(TestPools.choose(pool, flow).address());
    }

    assertThat(moved(own, lent, full.address())).isZero();
    assertThat(
            IntStream.range(0, CLIENTS)
                .filter(i -> own.get(i).equals(full.address()))
                .mapToObj(lent::get)
                .distinct())
        .as("who takes its keys")
        .hasSize(5)
        .doesNotContain(full.address());
  }

  // ---- who gets how many

  @ParameterizedTest
  @MethodSource("all")
  void membersGetKeysInProportionToTheirWeights(HashStrategy strategy) {
    double[] weights = {1, 2, 5, 8};
    long[] counts = counts(TestPools.weighted(strategy, 1, 2, 5, 8));
    if (strategy == RING) { // whose shares are what the points make them
      for (int i = 0; i < 4; i++) {
        assertThat((double) counts[i]).isCloseTo(CLIENTS * weights[i] / 16, within(CLIENTS * 0.1));
      }
    } else {
      ChiSquare.assertProportional(strategy.toString(), counts, weights);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void flowsWithoutAKeyGoAnywhereByWeight(HashStrategy strategy) {
    Pool pool = TestPools.weighted(strategy, 1, 2, 5, 8);
    StubFlow local = new StubFlow();
    local.client = UnixDomainSocketAddress.of("");
    long[] counts = new long[4];
    for (int i = 0; i < CLIENTS; i++) {
      counts[pool.members().indexOf(TestPools.choose(pool, local))]++;
    }

    ChiSquare.assertProportional("without a key", counts, new double[] {1, 2, 5, 8});
    assertThat(pool.view().chooser().orElseThrow().preview(local)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aPreviewTellsTheChoice(HashStrategy strategy) {
    Pool pool = TestPools.weighted(strategy.boundedLoad(1.25), 1, 2, 5, 8);
    Chooser chooser = pool.view().chooser().orElseThrow();
    for (int i = 0; i < 300; i++) {
      Optional<PoolMember> told = chooser.preview(flow(i));
      PoolMember chosen = chooser.choose(flow(i));
      assertThat(told).contains(chosen);
      TestPools.load(chosen, 1);
    }
  }

  // ---- bounded load

  @ParameterizedTest
  @MethodSource("all")
  void aKeyThatEverybodyAsksForGoesToOthersBeyondTheBound(HashStrategy strategy) {
    int[] weights = {1, 2, 5, 8};
    Pool pool = TestPools.weighted(strategy.boundedLoad(1.25), weights);
    for (int total = 0; total < 400; total++) {
      PoolMember chosen = TestPools.choose(pool, flow(1));
      TestPools.load(chosen, 1);
      double cap = Math.ceil(1.25 * (total + 1) * chosen.weight() / 16);
      assertThat((double) chosen.activeFlows())
          .as("flows of %s of weight %d, of %d", chosen, chosen.weight(), total + 1)
          .isLessThanOrEqualTo(cap);
    }
    assertThat(pool.members()).filteredOn(member -> member.activeFlows() > 0).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @MethodSource("all")
  void belowTheBoundKeysStayWithTheirMember(HashStrategy strategy) {
    Pool bounded = TestPools.equal(strategy.boundedLoad(1.25), 6);
    bounded.members().forEach(member -> TestPools.load(member, 10));

    assertThat(choices(bounded)).isEqualTo(choices(TestPools.equal(strategy, 6)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void onlyTheKeysOfABusyMemberGoElsewhere(HashStrategy strategy) {
    Pool bounded = TestPools.equal(strategy.boundedLoad(1.5), 6);
    List<ServiceAddress> own = choices(bounded);
    bounded.members().forEach(member -> TestPools.load(member, 10));
    PoolMember busy = bounded.members().get(3);
    TestPools.load(busy, 20);
    List<ServiceAddress> now = choices(bounded);

    assertThat(now).doesNotContain(busy.address());
    assertThat(moved(own, now, busy.address())).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void inALargePoolTheBoundIsKeptUpToASixteenthOfThePool(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy.boundedLoad(1.25), 160);
    for (int total = 0; total < 3200; total++) {
      TestPools.load(TestPools.choose(pool, flow(total % 7)), 1);
    }

    assertThat(pool.members())
        .allMatch(member -> member.activeFlows() <= Math.ceil(1.25 * (3200 + 10) / 160));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whenOnlyBusyMembersMayBeUsedTheBoundGivesWay(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy.boundedLoad(1.25), 4);
    PoolMember busy = pool.members().get(2);
    TestPools.load(busy, 100);
    for (int i = 0; i < 50; i++) {
      StubFlow flow = flow(i);
      flow.mayUse = busy::equals;
      assertThat(TestPools.choose(pool, flow)).isSameAs(busy);
    }
  }

  // ---- keys and hashes

  @ParameterizedTest
  @MethodSource("all")
  void theSourcePortDoesNotMatter(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy, 7);
    StubFlow flow = new StubFlow();
    for (int port = 1; port < 65_536; port += 997) {
      flow.client = StubFlow.inet("192.0.2.9", port);
      assertThat(TestPools.choose(pool, flow))
          .isSameAs(TestPools.choose(pool, StubFlow.from("192.0.2.9")));
    }
  }

  @Test
  void clientsOfOneNetworkGoTogether() {
    Pool pool = TestPools.equal(BalancingStrategy.maglev(KeySource.sourceAddress(24, 64)), 7);

    assertThat(IntStream.range(0, 256).mapToObj(i -> TestPools.choose(pool, flow(i))).distinct())
        .hasSize(1);
    assertThat(
            IntStream.range(0, 256)
                .mapToObj(i -> TestPools.choose(pool, StubFlow.from("2001:db8:1:1::" + i)))
                .distinct())
        .hasSize(1);
    assertThat(IntStream.range(0, 256).mapToObj(i -> TestPools.choose(pool, flow(i * 31))))
        .containsAll(pool.members());
  }

  @Test
  void whereOneSourceHasNoKeyTheOtherIsAsked() {
    KeySource networks = KeySource.destinationAddress().orElse(KeySource.sourceAddress());
    Pool pool = TestPools.equal(BalancingStrategy.maglev(networks), 7);
    Pool bySource = TestPools.equal(MAGLEV, 7);
    for (int i = 0; i < 50; i++) {
      StubFlow flow = flow(i);
      PoolMember here = TestPools.choose(pool, flow);
      assertThat(here).isSameAs(TestPools.choose(pool, flow(i + 1)));
      flow.virtualServerAddress = UnixDomainSocketAddress.of("edge.sock");
      assertThat(TestPools.choose(pool, flow).address())
          .isEqualTo(TestPools.choose(bySource, flow).address());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aHashOfOnesOwnDecides(HashStrategy strategy) {
    Pool pool = TestPools.equal(strategy.hash(octets -> octets[3] % 2), 20);

    assertThat(IntStream.range(0, 200).mapToObj(i -> TestPools.choose(pool, flow(i))).distinct())
        .hasSizeLessThanOrEqualTo(3);
    assertThat(pool.view().chooser().orElseThrow().preview(flow(1)))
        .contains(TestPools.choose(pool, flow(1)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aHashThatThrowsRefusesTheFlow(HashStrategy strategy) {
    HashStrategy broken =
        strategy.hash(
            octets -> {
              throw new IllegalStateException("no hash today");
            });
    Pool pool = TestPools.equal(broken, 3);
    PersistencePolicy none = PersistencePolicy.none();
    MemberChoice choice = TestPools.choice(pool, none, new SteppedClock());
    try (LogCapture log = LogCapture.of(CallbackGuard.class)) {
      assertThat(choice.choose(flow(1)))
          .isEqualTo(new MemberChoice.Refused(CloseReason.STRATEGY_FAILED));
      pool.members().get(0).disable();
      assertThat(choice.choose(flow(1)))
          .as("also after a change")
          .isEqualTo(new MemberChoice.Refused(CloseReason.STRATEGY_FAILED));
      assertThat(log.lines("Chooser.choose threw")).hasSize(1);
    }
  }

  @Test
  void aStrategyNamesItsKeyAndTellsItsSettings() {
    assertThat(MAGLEV.keySources()).containsExactly(SOURCE);
    assertThat(MAGLEV).hasToString("maglev by source address");
    assertThat(RING.boundedLoad(1.5)).hasToString("ringHash by source address, bounded load 1.5");
    assertThat(BalancingStrategy.rendezvous(KeySource.destinationAddress()))
        .hasToString("rendezvous by destination address");
  }

  @Test
  void badSettingsAreRefused() {
    for (double factor : new double[] {1, 0, -1, 100.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MAGLEV.boundedLoad(factor))
          .withMessage("factor: " + factor + " (expected: above 1, at most 100)");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BalancingStrategy.maglev(SOURCE, 65_536))
        .withMessage("slots: 65536 (expected: a prime)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BalancingStrategy.maglev(SOURCE, 1_048_574))
        .withMessage("slots: 1048574 (expected: 2..1048573)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BalancingStrategy.ringHash(SOURCE, 42))
        .withMessage("pointsPerWeight: 42 (expected: a multiple of 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BalancingStrategy.ringHash(SOURCE, 0))
        .withMessage("pointsPerWeight: 0 (expected: 4..4096)");
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> BalancingStrategy.rendezvous(null))
        .withMessage("key: null (expected: a value)");
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> MAGLEV.hash(null))
        .withMessage("hash: null (expected: a value)");
    BalancingStrategy.maglev(SOURCE, 2);
    BalancingStrategy.maglev(SOURCE, 1_048_573).boundedLoad(1.01).boundedLoad(100);
    BalancingStrategy.ringHash(SOURCE, 4);
    BalancingStrategy.ringHash(SOURCE, 4096);
  }

  // ---- who makes the table

  @ParameterizedTest
  @MethodSource("all")
  void aChangeOnAnEventLoopIsInForceAtOnceAndTheTableIsMadeElsewhere(HashStrategy strategy)
      throws Exception {
    Pool pool = TestPools.equal(strategy, 5);
    PoolMember gone = pool.members().get(2);
    EventLoop loop = new EventLoop("lb4j-test-loop", new NioTransport(), System::nanoTime);
    CountDownLatch controlIsFree = new CountDownLatch(1);
    CompletableFuture<List<ServiceAddress>> meanwhile = new CompletableFuture<>();
    pool.retain();
    try {
      pool.onControl(unused -> await(controlIsFree));
      loop.start(true);
      loop.execute(
          () -> {
            gone.disable();
            pool.add("10.0.0.99", 80);
            meanwhile.complete(choices(pool));
          });
      List<ServiceAddress> stoodIn = meanwhile.get(10, TimeUnit.SECONDS);
      assertThat(stoodIn).doesNotContain(gone.address());
      assertThat(pool.view().made().isSettled()).isEqualTo(strategy == RENDEZVOUS);
      if (strategy != RENDEZVOUS) {
        assertThat(stoodIn).doesNotContain(ServiceAddress.of("10.0.0.99", 80));
      }
      controlIsFree.countDown();
      Eventually.holds("the table is made", () -> pool.view().made().isSettled());
      Pool fresh = TestPools.equal(strategy, 5);
      fresh.members().get(2).disable();
      fresh.add("10.0.0.99", 80);
      assertThat(choices(pool)).isEqualTo(choices(fresh));
    } finally {
      controlIsFree.countDown();
      pool.release();
      loop.stop();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void whenAllMembersAreReplacedOnAnEventLoopFlowsGoAnywhereMeanwhile(HashStrategy strategy)
      throws Exception {
    Pool pool = TestPools.equal(strategy, 3);
    EventLoop loop = new EventLoop("lb4j-test-loop", new NioTransport(), System::nanoTime);
    CountDownLatch controlIsFree = new CountDownLatch(1);
    CompletableFuture<List<ServiceAddress>> meanwhile = new CompletableFuture<>();
    pool.retain();
    try {
      pool.onControl(unused -> await(controlIsFree));
      loop.start(true);
      loop.execute(
          () -> {
            pool.replaceMembers(List.of(MemberSpec.of("10.9.0.1", 80), MemberSpec.of("h", 80)));
            pool.replaceMembers(List.of(MemberSpec.of("10.9.0.3", 80)));
            meanwhile.complete(choices(pool));
          });
      assertThat(meanwhile.get(10, TimeUnit.SECONDS))
          .containsOnly(ServiceAddress.of("10.9.0.3", 80));
    } finally {
      controlIsFree.countDown();
      pool.release();
      loop.stop();
    }
  }

  @Test
  void aPoolThatIsBuiltOnAnEventLoopHasItsTableWhenItIsUsed() throws Exception {
    EventLoop loop = new EventLoop("lb4j-test-loop", new NioTransport(), System::nanoTime);
    CompletableFuture<Pool> built = new CompletableFuture<>();
    loop.start(true);
    loop.execute(() -> built.complete(TestPools.equal(MAGLEV, 5)));
    Pool pool = built.get(10, TimeUnit.SECONDS);
    loop.stop();
    assertThat(pool.view().made().isSettled()).isFalse();
    pool.retain();
    try {
      assertThat(choices(pool)).isEqualTo(choices(TestPools.equal(MAGLEV, 5)));
    } finally {
      pool.release();
    }
  }

  @Test
  void inALargePoolTheTableFollowsWhatMonitorsFind() {
    Pool pool = TestPools.equal(MAGLEV, 150);
    List<PoolMember> down = pool.members().subList(0, 140);
    pool.retain();
    try {
      pool.onControl(loop -> down.forEach(member -> pool.setHealth(member, false, "refused")));
      Eventually.holds(
          "a table of the others",
          () -> pool.view().asked().size() == 10 && pool.view().made().isSettled());
      Pool fresh = TestPools.equal(MAGLEV, 150);
      down.forEach(member -> fresh.member(member.address().host(), 80).disable());
      assertThat(choices(pool)).isEqualTo(choices(fresh));
    } finally {
      pool.release();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody frees the control thread");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
