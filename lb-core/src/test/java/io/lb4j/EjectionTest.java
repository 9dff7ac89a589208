package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When members are ejected and how they come back, by a clock that the test moves. */
@Timeout(20)
class EjectionTest {
  private final SteppedClock clock = new SteppedClock();
  private final RecordedEvents events = new RecordedEvents();
  private final StubFlow flow = new StubFlow();
  private Pool pool;

  @AfterEach
  void release() {
    if (pool != null) {
      pool.release();
    }
  }

  private PoolMember use(int members, EjectionPolicy policy) {
    Pool.Builder builder =
        Pool.builder("p")
            .clock(clock)
            .listener(events)
            .strategy(BalancingStrategy.roundRobin())
            .ejection(policy);
    for (int i = 0; i < members; i++) {
      builder.member(TestPools.spec(i));
    }
    pool = builder.build();
    pool.retain();
    return pool.members().get(0);
  }

  private PoolMember use(int members) {
    return use(members, EjectionPolicy.defaults());
  }

  /** As the flows of a loop would tell it. */
  private static void fail(PoolMember member, int times) {
    for (int i = 0; i < times; i++) {
      member.flowFailed("connect refused");
    }
  }

  private void ejected(PoolMember member) {
    fail(member, 5);
    Eventually.holds("ejected", member::isEjected);
    settle(); // by now flows see it as well
  }

  private void pass(Duration time) {
    clock.step(time);
    pool.advance();
  }

  /** The flow of a trial, which holds the member until it has ended. */
  private Trial tryOut(PoolMember member) {
    assertThat(member.isFull()).as("full before the trial").isFalse();
    assertThat(member.reserve(flow)).isTrue();
    return member.trialOf(flow).orElseThrow();
  }

  private void trialFails(PoolMember member) {
    Trial trial = tryOut(member);
    member.trialEnded(trial, false, "connect refused");
    member.release();
    Eventually.holds("on the bench again", () -> !member.state().isOnTrial());
    settle();
  }

  private void trialPasses(PoolMember member) {
    Trial trial = tryOut(member);
    member.trialEnded(trial, true, "");
    member.release();
    Eventually.holds("back", () -> !member.isEjected());
    settle();
  }

  @Test
  void theFifthFailureInARowEjects() {
    PoolMember member = use(2);
    fail(member, 4);
    member.flowPassed();
    fail(member, 4);
    assertThat(member.passive().failed(1000)).as("the fifth by itself").isFalse();
    member.flowPassed();
    ejected(member);

    assertThat(member.isAvailable()).isFalse();
    assertThat(TestPools.counts(pool, 4)).containsExactly(0, 4);
    Eventually.equal("events", List.of("ejected 10.0.0.1:80"), events::all);
  }

  @Test
  void fourFailuresDoNot() {
    PoolMember member = use(2);
    fail(member, 4);
    settle();

    assertThat(member.isEjected()).isFalse();
  }

  /** Until the control thread has done what it was told to. */
  private void settle() {
    CountDownLatch done = new CountDownLatch(1);
    pool.onControl(loop -> done.countDown());
    try {
      done.await();
    } catch (InterruptedException overTime) {
      throw new AssertionError(overTime);
    }
  }

  @Test
  void anOnlyMemberAndTheLastAvailableOneAreNeverEjected() {
    PoolMember member = use(1);
    fail(member, 50);
    settle();
    assertThat(member.isEjected()).isFalse();
    PoolMember other = pool.add("10.0.0.9", 80);
    other.disable();
    fail(member, 50);
    settle();

    assertThat(member.isEjected()).isFalse();
  }

  @Test
  void atMostATenthIsEjectedButAlwaysOne() {
    use(29);
    for (int i = 0; i < 5; i++) {
      fail(pool.members().get(i), 5);
    }
    settle();
    assertThat(pool.availableMembers()).hasSize(27);
  }

  @Test
  void withoutAPolicyNobodyIsEjected() {
    PoolMember member = use(2, EjectionPolicy.none());
    fail(member, 50);
    settle();

    assertThat(member.isEjected()).isFalse();
  }

  @Test
  void oneFlowMayTryWhenTheTimeIsOver() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofMillis(29_999));
    assertThat(pool.view().isAsked(member)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(pool.view().isAsked(member)).as("asked for its trial").isTrue();
    Trial trial = tryOut(member);
    assertThat(member.isFull()).as("full during its trial").isTrue();
    assertThat(member.reserve(new StubFlow())).isFalse();
    assertThat(TestPools.counts(pool, 4)).containsExactly(0, 4);
    member.trialEnded(trial, true, "");
    Eventually.holds("back", member::isAvailable);
    settle();

    assertThat(TestPools.counts(pool, 4)).containsExactly(2, 2);
    Eventually.equal(
        "events",
        List.of("ejected 10.0.0.1:80", "ontrial 10.0.0.1:80", "returned 10.0.0.1:80"),
        events::all);
  }

  @Test
  void aFlowThatProvesNothingLeavesTheTrialToAnother() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    tryOut(member);
    member.unreserve(flow);
    tryOut(member).leave(flow);
    member.release();

    trialPasses(member);
  }

  @Test
  void eachEjectionInARowIsLongerUpToTheLongest() {
    PoolMember member = use(2);
    ejected(member);
    for (int times = 1; times <= 12; times++) {
      Duration bench = Duration.ofSeconds(Math.min(300, 30L * times));
      pass(bench.minusMillis(1));
      assertThat(member.state().isOnTrial()).as("before the end of ejection %d", times).isFalse();
      pass(Duration.ofMillis(1));
      assertThat(member.state().isOnTrial()).as("at the end of ejection %d", times).isTrue();
      trialFails(member);
    }
  }

  @Test
  void servingForABaseTimeForgivesOneEjection() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    trialFails(member);
    pass(Duration.ofSeconds(60));
    trialFails(member);
    pass(Duration.ofSeconds(90));
    trialPasses(member);
    pass(Duration.ofSeconds(60)); // of three two are forgiven
    ejected(member);

    pass(Duration.ofSeconds(59));
    assertThat(member.state().isOnTrial()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(member.state().isOnTrial()).isTrue();
  }

  @Test
  void aBusyTrialKeepsNobodyFromTheLowerGroups() {
    pool =
        Pool.builder("p")
            .clock(clock)
            .member(TestPools.spec(0))
            .member(TestPools.spec(1))
            .member(TestPools.spec(2).backup())
            .build();
    pool.retain();
    PoolMember member = pool.members().get(0);
    ejected(member);
    pass(Duration.ofSeconds(30));
    tryOut(member);
    PersistencePolicy none = PersistencePolicy.none();
    MemberChoice choice = TestPools.choice(pool, none, clock);

    assertThat(choice.choose(StubFlow.mayUse(PoolMember::isBackup)))
        .isEqualTo(new MemberChoice.Chosen(pool.members().get(2)));
  }

  @Test
  void aTrialThatStaysConnectedForABaseTimeBringsItBack() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    Trial trial = tryOut(member);
    pass(Duration.ofSeconds(60));
    assertThat(member.isEjected()).as("while it is being connected").isTrue();
    trial.connected(clock.nanoTime());
    pass(Duration.ofSeconds(29));
    assertThat(member.isEjected()).isTrue();
    pass(Duration.ofSeconds(1));

    assertThat(member.isEjected()).isFalse();
  }

  @Test
  void whatTheTrialOfAnEarlierEjectionTellsDoesNotCount() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    Trial earlier = tryOut(member);
    pool.bringBack(member);
    ejected(member);
    pass(Duration.ofSeconds(60));
    assertThat(member.state().isOnTrial()).isTrue();
    member.trialEnded(earlier, true, "");
    settle();
    assertThat(member.isEjected()).as("after an earlier trial passed").isTrue();
    member.trialEnded(earlier, false, "connect refused");
    settle();

    assertThat(member.state().isOnTrial()).as("after an earlier trial failed").isTrue();
    assertThat(member.isFull()).as("taken by the earlier trial").isFalse();
  }

  @Test
  void aFlowThatDoesNotComeGivesBackItsOwnTrialOnly() {
    PoolMember member = use(2);
    StubFlow ordinary = new StubFlow();
    assertThat(member.reserve(ordinary)).isTrue();
    ejected(member);
    pass(Duration.ofSeconds(30));
    tryOut(member);
    member.unreserve(ordinary);

    assertThat(member.isFull()).as("taken by the trial").isTrue();
    assertThat(member.reserve(new StubFlow())).isFalse();
    assertThat(member.trialOf(ordinary)).isEmpty();
    assertThat(member.activeFlows()).isEqualTo(1);
  }

  @Test
  void aFlowThatCameBeforeTheEjectionIsNotItsTrial() {
    PoolMember member = use(2);
    assertThat(member.reserve(flow)).isTrue();
    ejected(member);
    pass(Duration.ofSeconds(30));

    assertThat(member.trialOf(flow)).isEmpty();
  }

  @Test
  void aPlaceThatTheMaximumForbidsIsNotTheTrials() {
    pool =
        Pool.builder("p")
            .clock(clock)
            .member(TestPools.spec(0).maxFlows(1))
            .member(TestPools.spec(1))
            .build();
    pool.retain();
    PoolMember member = pool.members().get(0);
    StubFlow old = new StubFlow();
    assertThat(member.reserve(old)).isTrue();
    ejected(member);
    pass(Duration.ofSeconds(30));
    assertThat(member.reserve(new StubFlow())).as("beyond the maximum").isFalse();
    member.release();

    trialPasses(member);
  }

  @Test
  void anEarlierTrialThatLeavesDoesNotEndThePresentOne() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    Trial earlier = tryOut(member);
    pool.bringBack(member);
    ejected(member);
    pass(Duration.ofSeconds(60));
    assertThat(member.reserve(new StubFlow())).isTrue();
    earlier.leave(flow);

    assertThat(member.isFull()).as("taken by the present trial").isTrue();
  }

  @Test
  void aTrialThatLeftIsNotTakenForConnectedWhenTheNextComes() {
    PoolMember member = use(2);
    ejected(member);
    pass(Duration.ofSeconds(30));
    Trial trial = tryOut(member);
    trial.connected(clock.nanoTime());
    trial.leave(flow);
    assertThat(member.reserve(new StubFlow())).isTrue();
    pass(Duration.ofSeconds(60));

    assertThat(member.isEjected()).as("while the next is being connected").isTrue();
  }

  @Test
  void theControlLoopDoesAllThisByItself() {
    PoolMember member = use(2, EjectionPolicy.defaults().baseTime(Duration.ofMillis(50)));
    ejected(member);
    clock.step(Duration.ofSeconds(1));

    Eventually.holds(
        "on trial",
        () -> {
          pool.onControl(loop -> {}); // a turn, which reads the clock
          return member.state().isOnTrial();
        });
  }

  @Test
  void theEndOfItsUseForgetsEjections() {
    PoolMember member = use(2);
    ejected(member);
    pool.release();
    assertThat(member.isAvailable()).isTrue();
    pool.retain();
  }

  @Test
  void anEjectionThatEndsBeforeItBeginsIsRefused() {
    EjectionPolicy policy = EjectionPolicy.defaults().maxTime(Duration.ofSeconds(10));

    assertThatIllegalStateException()
        .isThrownBy(() -> Pool.builder("p").ejection(policy).build())
        .withMessage(
            "pool p: an ejection's maxTime PT10S is less than its baseTime PT30S; make it as long"
                + " at least");
  }
}
