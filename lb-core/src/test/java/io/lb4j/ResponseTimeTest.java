package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The strategy by response time, on a clock that the test moves. */
class ResponseTimeTest {
  private static final Duration FAST = Duration.ofMillis(10);
  private static final Duration SLOW = Duration.ofMillis(100);

  private final SteppedClock clock = new SteppedClock();

  private Pool pool(int... weights) {
    Pool.Builder builder =
        Pool.builder("p").strategy(BalancingStrategy.responseTime()).clock(clock);
    for (int i = 0; i < weights.length; i++) {
      builder.member(TestPools.spec(i).weight(weights[i]));
    }
    return builder.build();
  }

  private AnswerTiming begin(PoolMember member) {
    return new AnswerTiming(member.responseTimes(), clock.nanoTime());
  }

  /** A flow that was connected at once and whose client has asked. */
  private AnswerTiming ask(PoolMember member) {
    AnswerTiming timing = begin(member);
    timing.connected(clock.nanoTime());
    timing.asked(clock.nanoTime());
    return timing;
  }

  private void answer(PoolMember member, Duration took) {
    AnswerTiming timing = ask(member);
    long since = clock.nanoTime();
    clock.step(took);
    timing.answered(since, clock.nanoTime());
  }

  private static List<Integer> chosen(Pool pool, int flows) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < flows; i++) {
      PoolMember member = TestPools.choose(pool, new StubFlow());
      TestPools.load(member, 1);
      chosen.add(pool.members().indexOf(member));
    }
    return chosen;
  }

  private static long[] loads(Pool pool) {
    return pool.members().stream().mapToLong(PoolMember::activeFlows).toArray();
  }

  @Test
  void flowsGoWhereTheyAreExpectedToBeAnsweredFirst() {
    Pool pool = pool(1, 1);
    answer(pool.members().get(0), SLOW);
    answer(pool.members().get(1), FAST);
    chosen(pool, 110);

    assertThat(loads(pool)).as("as 1/100 ms to 1/10 ms").containsExactly(10, 100);
  }

  @Test
  void weightsCount() {
    Pool pool = pool(3, 1);
    answer(pool.members().get(0), FAST);
    answer(pool.members().get(1), FAST);
    chosen(pool, 40);

    assertThat(loads(pool)).containsExactly(30, 10);
  }

  @Test
  void connectingAndAnsweringCountAndTheClientsPauseDoesNot() {
    PoolMember member = pool(1).members().get(0);
    AnswerTiming timing = begin(member);
    clock.step(Duration.ofMillis(5));
    timing.connected(clock.nanoTime());
    clock.step(Duration.ofSeconds(30));
    timing.asked(clock.nanoTime());
    clock.step(Duration.ofSeconds(2)); // an upload
    long lastBytes = clock.nanoTime();
    clock.step(Duration.ofMillis(20));
    timing.answered(lastBytes, clock.nanoTime());

    assertThat(member.responseTime()).contains(Duration.ofMillis(25));
  }

  @Test
  void aMemberWithoutHistoryGetsOneFlowUntilItHasAnswered() {
    Pool pool = pool(1, 1);
    PoolMember known = pool.members().get(0);
    PoolMember fresh = pool.members().get(1);
    answer(known, FAST);

    assertThat(chosen(pool, 1)).as("it is tried at once").containsExactly(1);
    assertThat(chosen(pool, 50)).as("before it is known to be connected").containsOnly(0);
    AnswerTiming first = begin(fresh);
    assertThat(chosen(pool, 50)).as("while it is being connected").containsOnly(0);
    first.connected(clock.nanoTime());
    first.asked(clock.nanoTime());
    assertThat(chosen(pool, 50)).as("while it has not answered").containsOnly(0);
    first.answered(clock.nanoTime(), clock.nanoTime());
    assertThat(chosen(pool, 50)).as("when it has").contains(1);
  }

  @Test
  void aClientThatSaysNothingDoesNotKeepAMemberWithoutHistoryFromItsFlows() {
    Pool pool = pool(1, 1);
    answer(pool.members().get(0), FAST);
    PoolMember fresh = pool.members().get(1);
    AnswerTiming silent = begin(fresh);
    TestPools.load(fresh, 1);
    clock.step(Duration.ofMillis(1));
    silent.connected(clock.nanoTime());

    assertThat(chosen(pool, 1)).containsExactly(1);
  }

  @Test
  void aFailingMemberDoesNotLookFast() {
    Pool pool = pool(1, 1);
    answer(pool.members().get(0), FAST);
    answer(pool.members().get(1), FAST);
    PoolMember failing = pool.members().get(1);
    begin(failing).failed(clock.nanoTime());
    assertThat(failing.responseTime()).contains(Duration.ofSeconds(1));
    assertThat(chosen(pool, 50)).containsOnly(0);
    ask(failing).failed(clock.nanoTime());
    assertThat(failing.responseTime()).as("once more").contains(Duration.ofSeconds(2));
    for (int i = 0; i < 20; i++) {
      begin(failing).failed(clock.nanoTime());
    }

    assertThat(failing.responseTime()).as("at most").contains(Duration.ofMinutes(1));
  }

  @Test
  void aSlowMemberThatFailsDoesNotLookFastEither() {
    PoolMember member = pool(1).members().get(0);
    answer(member, Duration.ofSeconds(5));
    ask(member).failed(clock.nanoTime());

    assertThat(member.responseTime().orElseThrow().toMillis()).isCloseTo(10_000, within(5));
  }

  private static Offset<Long> within(long millis) {
    return Offset.offset(millis);
  }

  @Test
  void aMemberThatEndsWithoutAnAnswerHasFailed() {
    PoolMember member = pool(1).members().get(0);
    ask(member).completed(clock.nanoTime());

    assertThat(member.responseTime()).contains(Duration.ofSeconds(1));
  }

  @Test
  void whoOnlyConnectsAndEndsTellsNothingOfTheMember() {
    PoolMember member = pool(1).members().get(0);
    AnswerTiming probe = begin(member);
    probe.connected(clock.nanoTime());
    probe.completed(clock.nanoTime());
    probe.ended(clock.nanoTime());
    AnswerTiming untried = begin(member);
    untried.untried();
    untried.ended(clock.nanoTime());

    assertThat(member.responseTime()).isEmpty();
    assertThat(chosen(member.pool(), 1)).containsExactly(0);
  }

  @Test
  void aMemberThatHangsGetsNoMoreFlowsAsItsAverageFalls() {
    Pool pool = pool(1, 1);
    PoolMember hanging = pool.members().get(0);
    answer(hanging, FAST);
    AnswerTiming hung = ask(hanging);
    for (int second = 0; second < 120; second++) {
      clock.step(Duration.ofSeconds(1));
      answer(pool.members().get(1), SLOW);
      assertThat(TestPools.choose(pool, new StubFlow()))
          .as("after %d s", second)
          .isSameAs(pool.members().get(1));
    }

    assertThat(hanging.responseTime()).as("at most").contains(Duration.ofMinutes(1));
    hung.ended(clock.nanoTime());
    assertThat(hanging.responseTime()).as("given up").contains(Duration.ofMinutes(1));
  }

  @Test
  void aClientWithoutPatienceTellsThatItTakesLonger() {
    PoolMember member = pool(1).members().get(0);
    answer(member, FAST);
    AnswerTiming impatient = ask(member);
    clock.step(Duration.ofSeconds(3));
    impatient.ended(clock.nanoTime());
    assertThat(member.responseTime()).contains(Duration.ofSeconds(3));
    AnswerTiming hasty = ask(member);
    hasty.ended(clock.nanoTime());

    assertThat(member.responseTime()).as("nothing new").contains(Duration.ofSeconds(3));
  }

  @Test
  void aClientWithoutPatienceForTheConnectTellsSoOfAMemberThatIsKnown() {
    PoolMember member = pool(1).members().get(0);
    begin(member).ended(clock.nanoTime());
    assertThat(member.responseTime()).as("of one that never answered").isEmpty();
    answer(member, FAST);
    AnswerTiming impatient = begin(member);
    clock.step(Duration.ofSeconds(3));
    impatient.ended(clock.nanoTime());

    assertThat(member.responseTime()).contains(Duration.ofSeconds(3));
  }

  @Test
  void aSlowMemberIsTriedAgainAfterAWhile() {
    Pool pool = pool(1, 1);
    answer(pool.members().get(0), SLOW);
    for (int i = 0; i < 100; i++) {
      clock.step(Duration.ofMillis(500));
      answer(pool.members().get(1), FAST);
    }

    assertThat(chosen(pool, 1)).containsExactly(0);
  }

  @Test
  void aLargePoolTakesTheQuickerOfTwo() {
    int[] weights = new int[10];
    Arrays.fill(weights, 1);
    Pool pool = pool(weights);
    double[] pairsThatTheMemberWins = new double[10];
    for (int i = 9; i >= 0; i--) {
      pairsThatTheMemberWins[i] = 9 - i;
      answer(pool.members().get(i), Duration.ofMillis(20 + 20L * i));
    }

    ChiSquare.assertProportional(
        "two choices", TestPools.counts(pool, 50_000), pairsThatTheMemberWins);
  }

  @Test
  void tiesAreSpread() {
    ChiSquare.assertProportional(
        "nothing known", TestPools.counts(pool(1, 1, 1, 1), 20_000), new double[] {1, 1, 1, 1});
  }

  @Test
  void itIsMeasuredOnlyIfTheStrategyAsks() {
    assertThat(BalancingStrategy.responseTime().measuresResponseTime()).isTrue();
    assertThat(BalancingStrategy.leastConnections().measuresResponseTime()).isFalse();
    assertThat(TestPools.equal(BalancingStrategy.roundRobin(), 1).measuresResponseTime()).isFalse();
  }

  @Test
  void whatIsKnownSurvivesANewChooser() {
    Pool pool = pool(1, 1);
    answer(pool.members().get(0), SLOW);
    answer(pool.members().get(1), FAST);
    pool.members().get(0).disable();
    pool.members().get(0).enable();

    assertThat(chosen(pool, 5)).containsOnly(1);
  }
}
