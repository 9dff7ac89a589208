package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How members come up slowly, by a clock that the test moves. */
@Timeout(20)
class SlowStartTest {
  private final SteppedClock clock = new SteppedClock();
  private final Pool pool =
      Pool.builder("p")
          .clock(clock)
          .slowStart(Duration.ofSeconds(10))
          .member(TestPools.spec(0).maxFlows(50))
          .member(TestPools.spec(1))
          .build();
  private final PoolMember first = pool.members().get(0);

  @BeforeEach
  void use() {
    pool.retain();
  }

  @AfterEach
  void release() {
    pool.release();
  }

  private void pass(Duration time) {
    clock.step(time);
    pool.advance();
  }

  private void recover() {
    pool.setHealth(first, false, "connect refused");
    pool.setHealth(first, true, "");
  }

  @Test
  void nobodyIsSlowAtTheStartOfThePool() {
    pool.setHealth(first, true, "");

    assertThat(pool.members()).extracting(PoolMember::slowStartPercent).containsOnly(100);
    assertThat(TestPools.counts(pool, 10)).containsExactly(5, 5);
  }

  @Test
  void aMemberThatRecoversGetsItsShareInTenSteps() {
    recover();
    List<Integer> percents = new ArrayList<>();
    for (int second = 0; second <= 10; second++) {
      percents.add(first.slowStartPercent());
      pass(Duration.ofSeconds(1));
    }

    assertThat(percents).containsExactly(10, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100);
  }

  @Test
  void bothWeightAndMaximumOfFlowsGrow() {
    recover();
    assertThat(TestPools.counts(pool, 110)).containsExactly(10, 100);
    TestPools.load(first, 5);
    assertThat(first.isFull()).as("full with a tenth of its maximum").isTrue();
    pass(Duration.ofSeconds(5));
    assertThat(TestPools.counts(pool, 150)).containsExactly(50, 100);
    TestPools.load(first, 20);

    assertThat(first.isFull()).as("full with half of its maximum").isTrue();
  }

  @Test
  void aMemberThatJoinsLaterIsSlow() {
    assertThat(pool.add("10.0.0.9", 80).slowStartPercent()).isEqualTo(10);
  }

  @Test
  void aMemberThatIsEnabledAgainIsSlow() {
    first.disable();
    first.enable();

    assertThat(first.slowStartPercent()).isEqualTo(10);
  }

  @Test
  void whoFailsAgainBeginsAnew() {
    recover();
    pass(Duration.ofSeconds(8));
    assertThat(first.slowStartPercent()).isEqualTo(80);
    recover();

    assertThat(first.slowStartPercent()).isEqualTo(10);
  }

  @Test
  void otherChangesOfThePoolDoNotDelayIt() {
    recover();
    PoolMember second = pool.members().get(1);
    for (int i = 0; i < 40; i++) {
      clock.step(Duration.ofMillis(250));
      second.reweight(1 + i % 2);
    }

    assertThat(first.slowStartPercent()).isEqualTo(100);
  }

  @Test
  void theControlLoopTakesTheStepsByItself() {
    recover();
    Eventually.holds(
        "over",
        () -> {
          clock.step(Duration.ofMillis(300));
          pool.onControl(loop -> {}); // a turn, which reads the clock
          return first.slowStartPercent() == 100;
        });
  }

  @Test
  void aNewUseOfThePoolIsAStart() {
    recover();
    pool.release();
    assertThat(first.slowStartPercent()).isEqualTo(100);
    pool.retain();
    pool.setHealth(first, true, "");

    assertThat(first.slowStartPercent()).isEqualTo(100);
  }

  @Test
  void membersThatAreDownUntilTheirFirstProbeBeginAtOnceToo() {
    Pool strict =
        Pool.builder("p")
            .clock(clock)
            .slowStart(Duration.ofSeconds(10))
            .monitor(HealthMonitor.of(member -> ProbeResult.fail("not now")).initially(Health.DOWN))
            .member(TestPools.spec(0))
            .build();
    strict.retain();
    try {
      PoolMember only = strict.members().get(0);
      assertThat(only.isAvailable()).isFalse();
      strict.setHealth(only, true, "");
      assertThat(only.slowStartPercent()).isEqualTo(100);
    } finally {
      strict.release();
    }
  }

  @Test
  void withoutASlowStartNothingIsSlow() {
    Pool plain = TestPools.equal(BalancingStrategy.roundRobin(), 2);
    plain.retain();
    try {
      assertThat(plain.add("10.0.0.9", 80).slowStartPercent()).isEqualTo(100);
    } finally {
      plain.release();
    }
  }
}
