package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that no virtual server uses. */
@Timeout(20)
class PoolTest {
  private final RecordedEvents events = new RecordedEvents();

  private Pool pool(String... hosts) {
    Pool.Builder builder = Pool.builder("web").listener(events);
    for (String host : hosts) {
      builder.member(host, 80);
    }
    return builder.build();
  }

  private static List<String> hosts(List<PoolMember> members) {
    return members.stream().map(member -> member.address().host()).toList();
  }

  private static List<MemberSpec> specs(String... hosts) {
    return Arrays.stream(hosts).map(host -> MemberSpec.of(host, 80)).toList();
  }

  // ---- members

  @Test
  void membersStandInTheOrderInWhichTheyJoined() {
    Pool pool = pool("10.0.0.2", "10.0.0.1");
    PoolMember added = pool.add("10.0.0.0", 80);

    assertThat(hosts(pool.members())).containsExactly("10.0.0.2", "10.0.0.1", "10.0.0.0");
    assertThat(pool.availableMembers()).isEqualTo(pool.members());
    assertThat(added).isSameAs(pool.member("10.0.0.0", 80));
    assertThat(added.pool()).isSameAs(pool);
    assertThat(events.all()).containsExactly("joined 10.0.0.0:80");
  }

  @Test
  void memberThatHasLeftIsNotChangedAnyMore() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    PoolMember left = pool.members().get(0);
    pool.remove(left);
    List<String> before = events.all();

    left.disable();
    left.reweight(7);

    assertThat(events.all()).isEqualTo(before);
    assertThat(left.adminState()).isEqualTo(AdminState.ENABLED);
    assertThat(left.weight()).isEqualTo(1);
  }

  @Test
  void twoPortsOfOneHostAreTwoMembers() {
    Pool pool = pool("10.0.0.1");
    pool.add("10.0.0.1", 81);

    assertThat(pool.members()).hasSize(2);
    assertThat(pool.member("10.0.0.1", 81)).isNotSameAs(pool.member("10.0.0.1", 80));
  }

  @Test
  void anAddressStandsInAPoolOnce() {
    Pool pool = pool("10.0.0.1");
    String message = "member: 10.0.0.1:80 (expected: an address that pool web has only once)";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.add("10.0.0.1", 80))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.add(MemberSpec.of("10.0.0.1", 80).weight(7)))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.builder("web").member("10.0.0.1", 80).member("10.0.0.1", 80, 2))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.replaceMembers(specs("10.0.0.2", "10.0.0.1", "10.0.0.1")))
        .withMessage(message);
    assertThat(hosts(pool.members())).as("members after all that").containsExactly("10.0.0.1");
    assertThat(events.all()).isEmpty();
  }

  @Test
  void namesDifferInMoreThanCase() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool("a.example").add("A.Example", 80))
        .withMessageStartingWith("member: a.example:80 ");
  }

  @Test
  void aMemberIsRemovedOnce() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    PoolMember first = pool.member("10.0.0.1", 80);

    assertThat(pool.remove(first)).isTrue();
    assertThat(pool.remove(first)).as("removed again").isFalse();
    assertThat(hosts(pool.members())).containsExactly("10.0.0.2");
    assertThat(first.isAvailable()).isFalse();
    assertThat(events.all()).containsExactly("left 10.0.0.1:80");
  }

  @Test
  void whoComesBackIsAnotherMember() {
    Pool pool = pool("10.0.0.1");
    PoolMember first = pool.member("10.0.0.1", 80);
    first.drain();
    pool.remove(first);
    PoolMember again = pool.add("10.0.0.1", 80);

    assertThat(again).isNotSameAs(first);
    assertThat(again.adminState()).isEqualTo(AdminState.ENABLED);
    assertThat(pool.remove(first)).as("the old one removed again").isFalse();
    assertThat(pool.members()).containsExactly(again);
  }

  @Test
  void aMemberOfAnotherPoolCannotBeRemoved() {
    Pool pool = pool("10.0.0.1");

    assertThat(pool.remove(pool("10.0.0.1").members().get(0))).isFalse();
    assertThat(pool.members()).hasSize(1);
  }

  @Test
  void anUnknownAddressNamesItselfAndThePool() {
    Pool pool = pool("10.0.0.1");

    assertThatExceptionOfType(NoSuchElementException.class)
        .isThrownBy(() -> pool.member("10.0.0.1", 81))
        .withMessage("10.0.0.1:81 is not in pool web");
    assertThat(pool.findMember(ServiceAddress.of("10.0.0.1", 81))).isEmpty();
    assertThat(pool.findMember(ServiceAddress.of("10.0.0.1", 80))).contains(pool.members().get(0));
  }

  @Test
  void aPoolTellsHowManyAreAvailable() {
    Pool pool = pool("10.0.0.1", "10.0.0.2", "10.0.0.3");
    pool.members().get(1).disable();

    assertThat(pool).hasToString("web (2 of 3 available)");
    assertThat(pool.members().get(0)).hasToString("web/10.0.0.1:80");
  }

  @Test
  void listsOfMembersDoNotChange() {
    Pool pool = pool("10.0.0.1");
    List<PoolMember> before = pool.members();
    pool.add("10.0.0.2", 80);

    assertThat(before).hasSize(1);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> pool.members().clear());
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> pool.availableMembers().clear());
  }

  // ---- replacing

  @Test
  void replacingKeepsWhoStaysWithAllItsCounters() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    PoolMember stays = pool.member("10.0.0.2", 80);
    TestPools.load(stays, 3);
    stays.countConnected();
    stays.countConnectFailure();
    stays.drain();

    pool.replaceMembers(specs("10.0.0.3", "10.0.0.2"));

    assertThat(hosts(pool.members())).containsExactly("10.0.0.3", "10.0.0.2");
    assertThat(pool.members().get(1)).isSameAs(stays);
    assertThat(stays.activeFlows()).isEqualTo(3);
    assertThat(stays.flowsTotal()).isEqualTo(1);
    assertThat(stays.connectFailures()).isEqualTo(1);
    assertThat(stays.adminState()).isEqualTo(AdminState.DRAINING);
    assertThat(events.all())
        .containsExactly("DRAINING 10.0.0.2:80", "left 10.0.0.1:80", "joined 10.0.0.3:80");
  }

  @Test
  void replacingSetsWeightAndMaximumAnew() {
    Pool pool =
        Pool.builder("web")
            .listener(events)
            .maxFlowsPerMember(50)
            .member(MemberSpec.of("10.0.0.1", 80).weight(2).maxFlows(10))
            .build();
    PoolMember member = pool.members().get(0);
    assertThat(member.maxFlows()).isEqualTo(10);

    pool.replaceMembers(List.of(MemberSpec.of("10.0.0.1", 80).weight(3)));

    assertThat(member.weight()).isEqualTo(3);
    assertThat(member.maxFlows()).as("the pool's maximum").isEqualTo(50);
    assertThat(events.all()).containsExactly("weight 3 10.0.0.1:80");
  }

  @Test
  void replacingSetsPriorityAndRateAnew() {
    MemberSpec before = MemberSpec.of("10.0.0.1", 80).priority(5).flowsPerSecond(7);
    Pool pool = Pool.builder("web").member(before).build();
    PoolMember member = pool.members().get(0);

    pool.replaceMembers(List.of(MemberSpec.of("10.0.0.1", 80).backup()));

    assertThat(pool.members()).containsExactly(member);
    assertThat(member.priority()).isZero();
    assertThat(member.isBackup()).isTrue();
    assertThat(member.flowsPerSecond()).as("any rate").isEqualTo(1_000_000);
  }

  @Test
  void aMemberTellsForHowLongItsHealthHasBeenSo() {
    SteppedClock clock = new SteppedClock();
    Pool pool = Pool.builder("web").clock(clock).member("10.0.0.1", 80).build();
    PoolMember member = pool.members().get(0);
    assertThat(member.healthAge()).as("in a pool that is not in use").isEmpty();
    pool.retain();
    clock.step(Duration.ofSeconds(5));
    assertThat(member.healthAge()).contains(Duration.ofSeconds(5));
    pool.setHealth(member, false, "connect refused");
    clock.step(Duration.ofSeconds(3));
    member.disable();
    assertThat(member.healthAge()).as("since it went down").contains(Duration.ofSeconds(3));
    pool.release();

    assertThat(member.healthAge()).as("after the use of its pool").isEmpty();
  }

  @Test
  void beforeItsFirstProbeAMemberIsWhatItsMonitorSays() {
    for (Health initially : Health.values()) {
      HealthMonitor monitor =
          HealthMonitor.of(any -> ProbeResult.pass())
              .interval(Duration.ofHours(1))
              .timeout(Duration.ofSeconds(1))
              .initially(initially);
      Pool pool =
          Pool.builder("web")
              .clock(new SteppedClock())
              .monitor(monitor)
              .member("10.0.0.1", 80)
              .member("10.0.0.2", 80)
              .build();
      pool.retain();
      try {
        PoolMember probedLater = pool.members().get(1);
        assertThat(probedLater.health()).isEqualTo(initially);
        assertThat(probedLater.isAvailable()).isEqualTo(initially != Health.DOWN);
      } finally {
        pool.release();
      }
    }
  }

  @Test
  void aMonitorThatTakesLongerThanItsIntervalsIsRefusedWithTheRemedy() {
    HealthMonitor slow = HealthMonitor.tcp().timeout(Duration.ofSeconds(3));
    refusedTimeout(slow, "interval, 2.0s");
    HealthMonitor rare = slow.interval(Duration.ofSeconds(5));
    refusedTimeout(rare.fastInterval(Duration.ofSeconds(1)), "fastInterval, 1.0s");
    refusedTimeout(rare.downInterval(Duration.ofSeconds(2)), "downInterval, 2.0s");
    refusedTimeout(HealthMonitor.anyOf(HealthMonitor.tcp(), slow), "interval, 2.0s");
  }

  private static void refusedTimeout(HealthMonitor monitor, String limit) {
    String name = limit.substring(0, limit.indexOf(','));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pool.builder("web").monitor(monitor).build())
        .withMessage(
            "timeout: 3.0s (expected: at most the %s; raise %s or lower timeout)", limit, name);
  }

  @Test
  void replacingByTheSameIsNoEvent() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    pool.replaceMembers(specs("10.0.0.1", "10.0.0.2"));

    assertThat(events.all()).isEmpty();
  }

  @Test
  void replacingByNothingEmptiesThePool() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    pool.replaceMembers(List.of());

    assertThat(pool.members()).isEmpty();
    assertThat(pool.availableMembers()).isEmpty();
    assertThat(events.all()).containsExactly("left 10.0.0.1:80", "left 10.0.0.2:80");
  }

  @Test
  void nobodySeesHalfOfAReplacement() {
    List<MemberSpec> first = IntStream.range(0, 5).mapToObj(TestPools::spec).toList();
    List<MemberSpec> second = IntStream.range(3, 12).mapToObj(TestPools::spec).toList();
    Pool pool = Pool.builder("web").build();
    pool.replaceMembers(first);
    List<ServiceAddress> one = first.stream().map(MemberSpec::address).toList();
    List<ServiceAddress> other = second.stream().map(MemberSpec::address).toList();
    AtomicBoolean done = new AtomicBoolean();
    Threads.together(
        4,
        number -> {
          if (number == 0) {
            for (int i = 0; i < 500; i++) {
              pool.replaceMembers(i % 2 == 0 ? second : first);
            }
            done.set(true);
            return;
          }
          while (!done.get()) {
            assertThat(addresses(pool.members())).isIn(one, other);
            assertThat(addresses(pool.availableMembers())).isIn(one, other);
            PoolView view = pool.view();
            assertThat(view.available()).isEqualTo(view.members());
            assertThat(view.available())
                .contains(view.chooser().orElseThrow().choose(new StubFlow()));
          }
        });
  }

  private static List<ServiceAddress> addresses(List<PoolMember> members) {
    return members.stream().map(PoolMember::address).toList();
  }

  @Test
  void changesOfManyThreadsAreAllMade() {
    Pool pool = pool();
    Threads.together(
        8,
        number -> {
          for (int i = 0; i < 50; i++) {
            PoolMember member = pool.add("10.1." + number + "." + i, 80);
            member.reweight(2);
            member.drain();
            if (i % 2 == 0) {
              pool.remove(member);
            }
          }
        });

    assertThat(pool.members()).hasSize(200).allMatch(member -> member.weight() == 2);
    assertThat(pool.availableMembers()).isEmpty();
    Eventually.equal("events", 8 * 50 * 3 + 200, () -> events.all().size());
    assertThat(events.all()).doesNotHaveDuplicates();
  }

  // ---- operators

  @Test
  void anOperatorsChangesAreToldInOrderAndOnce() {
    Pool pool = pool("10.0.0.1", "10.0.0.2");
    PoolMember member = pool.member("10.0.0.1", 80);
    member.enable();
    member.drain();
    member.drain();
    member.disable();
    member.disable();
    member.reweight(1);
    member.reweight(5);
    member.reweight(5);
    member.enable();

    assertThat(events.all())
        .containsExactly(
            "DRAINING 10.0.0.1:80",
            "DISABLED 10.0.0.1:80",
            "weight 5 10.0.0.1:80",
            "ENABLED 10.0.0.1:80");
    assertThat(member.weight()).isEqualTo(5);
    assertThat(member.isAvailable()).isTrue();
  }

  @Test
  void onlyEnabledMembersAreAvailable() {
    Pool pool = pool("10.0.0.1", "10.0.0.2", "10.0.0.3");
    pool.members().get(0).drain();
    pool.members().get(1).disable();

    assertThat(pool.members())
        .extracting(PoolMember::isAvailable)
        .containsExactly(false, false, true);
    assertThat(hosts(pool.availableMembers())).containsExactly("10.0.0.3");
    assertThat(pool.members()).extracting(PoolMember::health).containsOnly(Health.UNKNOWN);
    pool.members().get(0).enable();
    assertThat(hosts(pool.availableMembers())).containsExactly("10.0.0.1", "10.0.0.3");
  }

  @Test
  void aMemberTakesNoMoreThanItsMaximum() {
    Pool pool =
        Pool.builder("web")
            .maxFlowsPerMember(3)
            .member(MemberSpec.of("10.0.0.1", 80).maxFlows(2))
            .member(MemberSpec.of("10.0.0.2", 80).maxFlows(100))
            .build();

    assertThat(pool.members()).extracting(PoolMember::maxFlows).containsExactly(2, 3);
    PoolMember first = pool.members().get(0);
    assertThat(
            List.of(
                first.reserve(new StubFlow()),
                first.reserve(new StubFlow()),
                first.reserve(new StubFlow())))
        .containsExactly(true, true, false);
    first.release();
    assertThat(first.reserve(new StubFlow())).as("a place that was given back").isTrue();
  }

  @Test
  void aSmallerMaximumLetsOpenFlowsGoOn() {
    Pool pool = pool("10.0.0.1");
    PoolMember member = pool.members().get(0);
    TestPools.load(member, 5);
    pool.replaceMembers(List.of(MemberSpec.of("10.0.0.1", 80).maxFlows(2)));

    assertThat(member.activeFlows()).isEqualTo(5);
    assertThat(member.reserve(new StubFlow())).isFalse();
    for (int i = 0; i < 4; i++) {
      member.release();
    }
    assertThat(member.reserve(new StubFlow())).isTrue();
    assertThat(member.reserve(new StubFlow())).isFalse();
  }

  // ---- listeners

  @Test
  void eventsComeOnTheChangingThreadWhileThePoolIsNotInUse() {
    List<Thread> threads = new ArrayList<>();
    Pool pool = Pool.builder("web").listener(event -> threads.add(Thread.currentThread())).build();
    pool.add("10.0.0.1", 80);

    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(Threads.named("lb4j-web")).as("threads of a pool not in use").isZero();
  }

  @Test
  void aChangeIsInForceWhenItsEventComes() {
    List<Integer> sizes = new ArrayList<>();
    List<Pool> pools = new ArrayList<>();
    Pool pool =
        Pool.builder("web").listener(event -> sizes.add(pools.get(0).members().size())).build();
    pools.add(pool);
    pool.add("10.0.0.1", 80);
    pool.add("10.0.0.2", 80);
    pool.remove(pool.members().get(0));

    assertThat(sizes).containsExactly(1, 2, 1);
  }

  @Test
  void aListenerThatThrowsIsLoggedAndOthersHearAllTheSame() {
    try (LogCapture log = LogCapture.of(CallbackGuard.class)) {
      Pool pool =
          Pool.builder("web")
              .listener(
                  event -> {
                    throw new IllegalStateException("by the host");
                  })
              .listener(events)
              .build();
      pool.add("10.0.0.1", 80);
      pool.add("10.0.0.2", 80);

      assertThat(events.all()).containsExactly("joined 10.0.0.1:80", "joined 10.0.0.2:80");
      assertThat(log.lines()).containsExactly("WARN pool web: PoolListener.onEvent threw");
    }
  }

  @Test
  void aListenerMayChangeThePoolAndEveryoneHearsInOrder() {
    List<Pool> pools = new ArrayList<>();
    Pool pool =
        Pool.builder("web")
            .listener(
                event -> {
                  if (event instanceof PoolEvent.MemberLeft) {
                    pools.get(0).add("10.0.0.9", 80).reweight(4);
                  }
                })
            .listener(events)
            .member("10.0.0.1", 80)
            .build();
    pools.add(pool);
    pool.remove(pool.members().get(0));

    assertThat(events.all())
        .containsExactly("left 10.0.0.1:80", "joined 10.0.0.9:80", "weight 4 10.0.0.9:80");
  }

  @Test
  void aListenerThatBlocksKeepsNobodyElseFromChangingThePool() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Pool pool =
        Pool.builder("web")
            .listener(
                event -> {
                  entered.countDown();
                  try {
                    goOn.await();
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                })
            .listener(events)
            .build();
    Thread blocked = new Thread(() -> pool.add("10.0.0.1", 80), "blocked");
    blocked.start();
    entered.await();

    pool.add("10.0.0.2", 80);
    assertThat(hosts(pool.members())).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(events.all()).as("events while the first listener blocks").isEmpty();
    goOn.countDown();
    blocked.join();

    assertThat(events.all()).containsExactly("joined 10.0.0.1:80", "joined 10.0.0.2:80");
  }

  @Test
  void anOperatorsChangesAreLogged() {
    try (LogCapture log = LogCapture.of(Pool.class)) {
      Pool pool = pool("10.0.0.1");
      pool.members().get(0).drain();
      pool.members().get(0).enable();

      assertThat(log.lines())
          .containsExactly(
              "INFO member web/10.0.0.1:80 is DRAINING", "INFO member web/10.0.0.1:80 is ENABLED");
    }
  }
}
