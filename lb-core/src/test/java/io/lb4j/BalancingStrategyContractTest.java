package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.AllocationMeter;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every built-in strategy, in pools small and large. */
@Timeout(30)
class BalancingStrategyContractTest {
  private static final List<BalancingStrategy> BUILT_INS =
      List.of(
          BalancingStrategy.roundRobin(),
          BalancingStrategy.weightedRoundRobin(),
          BalancingStrategy.random(),
          BalancingStrategy.weightedRandom(),
          BalancingStrategy.leastConnections(),
          BalancingStrategy.shortestExpectedDelay(),
          BalancingStrategy.neverQueue(),
          BalancingStrategy.firstAvailable(),
          BalancingStrategy.randomTwoChoices(),
          BalancingStrategy.choices(2),
          BalancingStrategy.choices(5),
          BalancingStrategy.responseTime(),
          BalancingStrategy.hostUtilisation(),
          BalancingStrategy.sourceHash(),
          BalancingStrategy.maglev(KeySource.sourceAddress()),
          BalancingStrategy.maglev(KeySource.sourceAddress(), 1009).boundedLoad(1.25),
          BalancingStrategy.ringHash(KeySource.sourceAddress()),
          BalancingStrategy.ringHash(KeySource.sourceAddress(), 40).boundedLoad(2),
          BalancingStrategy.rendezvous(KeySource.sourceAddress()),
          BalancingStrategy.rendezvous(KeySource.sourceAddress()).boundedLoad(1.5));

  static List<BalancingStrategy> builtIns() {
    return BUILT_INS;
  }

  static Stream<Arguments> builtInsAndSizes() {
    return BUILT_INS.stream()
        .flatMap(
            strategy ->
                IntStream.of(1, 2, 3, 8, 9, 30).mapToObj(size -> Arguments.of(strategy, size)));
  }

  /** All but the one that spreads nothing as long as nobody is full. */
  static Stream<Arguments> spreadingAndSizes() {
    return builtInsAndSizes()
        .filter(arguments -> arguments.get()[0] != BalancingStrategy.firstAvailable());
  }

  private static Pool poolOf(BalancingStrategy strategy, int size) {
    return TestPools.weighted(strategy, IntStream.rangeClosed(1, size).toArray());
  }

  private static Flow flow(int number) {
    return StubFlow.from("198.51.100." + number % 256);
  }

  @ParameterizedTest
  @MethodSource("builtInsAndSizes")
  void onlyAvailableMembersAreChosen(BalancingStrategy strategy, int size) {
    Pool pool = poolOf(strategy, size + 2);
    pool.members().get(0).disable();
    pool.members().get(size + 1).drain();

    for (int i = 0; i < 60; i++) {
      assertThat(pool.availableMembers())
          .as("available members at choice %d", i)
          .hasSize(size)
          .contains(TestPools.choose(pool, flow(i)));
    }
  }

  @ParameterizedTest
  @MethodSource("builtInsAndSizes")
  void membersThatTheFlowMayNotUseArePassedOver(BalancingStrategy strategy, int size) {
    Pool pool = poolOf(strategy, size);
    for (PoolMember only : pool.members()) {
      Chooser chooser = pool.view().chooser().orElseThrow();
      for (int i = 0; i < 50; i++) {
        StubFlow flow = StubFlow.from("198.51.100." + i);
        flow.mayUse = only::equals;
        assertThat(chooser.choose(flow)).as("the only usable one of %d", size).isSameAs(only);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("builtInsAndSizes")
  void aFullMemberIsPassedOver(BalancingStrategy strategy, int size) {
    Pool pool = poolOf(strategy, size + 1);
    pool.replaceMembers(
        IntStream.rangeClosed(0, size)
            .mapToObj(i -> TestPools.spec(i).maxFlows(i == 0 ? 1 : 1000))
            .toList());
    PoolMember full = pool.members().get(0);
    TestPools.load(full, 1);

    for (int i = 0; i < 200; i++) {
      assertThat(TestPools.choose(pool, flow(i))).as("choice %d", i).isNotSameAs(full);
    }
  }

  @ParameterizedTest
  @MethodSource("builtInsAndSizes")
  void someMemberOfTheListIsChosenWhenNoneMayBeUsed(BalancingStrategy strategy, int size) {
    Pool pool = poolOf(strategy, size);
    for (int i = 0; i < 100; i++) {
      assertThat(pool.members())
          .as("members at choice %d", i)
          .contains(TestPools.choose(pool, StubFlow.mayUse(member -> false)));
    }
  }

  @ParameterizedTest
  @MethodSource("spreadingAndSizes")
  void everyMemberGetsFlowsOfManyClients(BalancingStrategy strategy, int size) {
    Pool pool = TestPools.equal(strategy, size);
    Chooser chooser = pool.view().chooser().orElseThrow();
    // 30 members, 2000 clients: to miss one by chance has the odds of 30 times (29/30)^2000.
    List<PoolMember> chosen =
        IntStream.range(0, 2000)
            .mapToObj(i -> chooser.choose(StubFlow.from("10.9." + i / 256 + "." + i % 256)))
            .distinct()
            .toList();

    assertThat(chosen).containsExactlyInAnyOrderElementsOf(pool.members());
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void eightThreadsChooseWhileThePoolIsRebuilt(BalancingStrategy strategy) {
    Pool pool = poolOf(strategy, 12);
    AtomicBoolean done = new AtomicBoolean();
    List<MemberSpec> half = IntStream.range(0, 6).mapToObj(TestPools::spec).toList();
    List<MemberSpec> all = IntStream.range(0, 12).mapToObj(TestPools::spec).toList();
    Threads.together(
        9,
        number -> {
          if (number == 0) {
            try {
              rebuild(pool, half, all);
            } finally {
              done.set(true);
            }
          } else {
            chooseUntil(done, pool, number);
          }
        });
  }

  private static void rebuild(Pool pool, List<MemberSpec> half, List<MemberSpec> all) {
    for (int i = 0; i < 60; i++) {
      pool.replaceMembers(i % 2 == 0 ? half : all);
      PoolMember member = pool.members().get(i % 6);
      member.disable();
      member.reweight(1 + i % 256);
      member.enable();
    }
  }

  private static void chooseUntil(AtomicBoolean done, Pool pool, int number) {
    for (int i = 0; !done.get() || i < 100; i++) {
      PoolView view = pool.view();
      Flow flow = flow(number * 31 + i);
      PoolMember chosen = view.chooser().orElseThrow().choose(flow);
      assertThat(view.isAsked(chosen)).as("%s is in %s", chosen, view.available()).isTrue();
      if (chosen.reserve(flow)) {
        chosen.release();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("builtInsAndSizes")
  void aChoiceAllocatesNothing(BalancingStrategy strategy, int size) {
    Chooser chooser = poolOf(strategy, size).view().chooser().orElseThrow();
    StubFlow flow = StubFlow.from("198.51.100.7");
    AllocationMeter.assertNothing(strategy + " of " + size, () -> chooser.choose(flow));

    StubFlow picky = StubFlow.mayUse(member -> member.weight() == 1);
    AllocationMeter.assertNothing(
        strategy + " of " + size + ", all but one full", () -> chooser.choose(picky));
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void aThousandMembersOfAnyWeightAreAllRight(BalancingStrategy strategy) {
    int[] weights = IntStream.range(0, 1000).map(i -> i % 3 == 0 ? 256 : 1).toArray();
    Pool pool = TestPools.weighted(strategy, weights);
    for (int i = 0; i < 100; i++) {
      assertThat(pool.view().isAsked(TestPools.choose(pool, flow(i)))).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void aBuiltInTellsItsName(BalancingStrategy strategy) {
    assertThat(strategy.toString()).matches("[a-zA-Z]+(\\(\\d+\\)| by .+)?");
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void aChooserOfAnotherStrategyIsNothingToFollowOn(BalancingStrategy strategy) {
    Pool pool = poolOf(strategy, 3);
    Chooser foreign = flow -> null;

    assertThat(pool.members())
        .contains(strategy.over(pool.members(), foreign).choose(new StubFlow()));
  }
}
