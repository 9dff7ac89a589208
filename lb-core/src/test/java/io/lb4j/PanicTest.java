package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool does when hardly any member seems healthy. */
@Timeout(20)
class PanicTest {
  private final RecordedEvents events = new RecordedEvents();
  private final Pool pool =
      Pool.builder("p")
          .listener(events)
          .strategy(BalancingStrategy.roundRobin())
          .panicThreshold(50)
          .member(TestPools.spec(0))
          .member(TestPools.spec(1))
          .member(TestPools.spec(2))
          .member(TestPools.spec(3))
          .build();

  @BeforeEach
  void use() {
    pool.retain();
  }

  @AfterEach
  void release() {
    pool.release();
  }

  private void down(int... indices) {
    for (int index : indices) {
      pool.setHealth(pool.members().get(index), false, "connect refused");
    }
  }

  @Test
  void belowTheThresholdHealthIsIgnoredAndAtItHealthCounts() {
    down(0, 1);
    assertThat(TestPools.counts(pool, 10)).containsExactly(0, 0, 5, 5);
    down(2);
    assertThat(TestPools.counts(pool, 12)).containsExactly(3, 3, 3, 3);
    pool.setHealth(pool.members().get(0), true, "");

    assertThat(TestPools.counts(pool, 10)).containsExactly(5, 0, 0, 5);
    Eventually.equal("begun", List.of("PanicBegan"), () -> events.all("PanicBegan"));
    Eventually.equal("ended", List.of("PanicEnded"), () -> events.all("PanicEnded"));
  }

  @Test
  void panicOfMembersThatAreNotYetProbedIsToldAtOnce() {
    RecordedEvents heard = new RecordedEvents();
    AsyncProbe silent = member -> new CompletableFuture<>();
    Pool unprobed =
        Pool.builder("unprobed")
            .listener(heard)
            .panicThreshold(50)
            .monitor(
                HealthMonitor.ofAsync(silent)
                    .initially(Health.DOWN)
                    .interval(Duration.ofMinutes(10))
                    .timeout(Duration.ofMinutes(5)))
            .member(TestPools.spec(0))
            .build();
    unprobed.retain();
    try {
      Eventually.equal("begun", List.of("PanicBegan"), () -> heard.all("PanicBegan"));
    } finally {
      unprobed.release();
    }
  }

  @Test
  void theOperatorIsNotIgnored() {
    pool.members().get(0).disable();
    pool.members().get(1).drain();
    down(2, 3);

    assertThat(TestPools.counts(pool, 10)).containsExactly(0, 0, 5, 5);
  }

  @Test
  void aDisabledMemberIsNotCountedAsUnhealthy() {
    pool.members().get(0).disable();
    pool.members().get(1).disable();
    down(2);

    assertThat(pool.view().panic()).isFalse();
  }

  @Test
  void persistedClientsOfAMemberThatIsDownStayThere() {
    PersistencePolicy policy = PersistencePolicy.sourceAddress(Duration.ofMinutes(3));
    MemberChoice choice = TestPools.choice(pool, policy, new SteppedClock());
    MemberChoice.Choice before = choice.choose(StubFlow.from("192.0.2.1"));
    down(0, 1, 2, 3);

    assertThat(choice.choose(StubFlow.from("192.0.2.1"))).isEqualTo(before);
  }

  @Test
  void anEjectedMemberOnTrialIsNotHeldToOneFlow() {
    SteppedClock clock = new SteppedClock();
    Pool pair =
        Pool.builder("p")
            .clock(clock)
            .strategy(BalancingStrategy.roundRobin())
            .panicThreshold(80)
            .member(TestPools.spec(0).maxFlows(3))
            .member(TestPools.spec(1))
            .build();
    pair.retain();
    try {
      PoolMember member = pair.members().get(0);
      pair.eject(member, "told to");
      clock.step(Duration.ofSeconds(30));
      pair.advance();
      assertThat(pair.view().panic()).isTrue();
      StubFlow first = new StubFlow();
      StubFlow second = new StubFlow();
      assertThat(List.of(member.reserve(first), member.reserve(second))).containsOnly(true);
      assertThat(member.isFull()).as("full for a third flow").isFalse();
      assertThat(TestPools.counts(pair, 10)).containsExactly(5, 5);
      assertThat(pair.explain(first.client()).toString()).doesNotContain("trial");
      assertThat(member.reserve(new StubFlow())).isTrue();
      assertThat(member.reserve(new StubFlow())).as("beyond its maximum").isFalse();
      assertThat(member.trialOf(second)).isEmpty();

      member.trialEnded(member.trialOf(first).orElseThrow(), true, "");
      Eventually.holds("back by its trial", () -> !pair.view().panic());
      assertThat(member.isAvailable()).isTrue();
    } finally {
      pair.release();
    }
  }

  @Test
  void anEjectedMemberThatIsFullIsFull() {
    Pool pair =
        Pool.builder("p")
            .panicThreshold(80)
            .maxFlowsPerMember(1)
            .member(TestPools.spec(0))
            .member(TestPools.spec(1))
            .build();
    pair.retain();
    try {
      pair.eject(pair.members().get(0), "told to");
      PoolMember other = pair.members().get(1);
      TestPools.load(pair.members().get(0), 1);
      PersistencePolicy none = PersistencePolicy.none();
      MemberChoice choice = TestPools.choice(pair, none, pair.clock());

      assertThat(choice.choose(StubFlow.mayUse(member -> member != other && !member.isFull())))
          .isEqualTo(new MemberChoice.Refused(CloseReason.MEMBERS_FULL));
    } finally {
      pair.release();
    }
  }

  @Test
  void withoutAThresholdNobodyPanics() {
    Pool calm = TestPools.equal(BalancingStrategy.roundRobin(), 1);
    calm.retain();
    try {
      calm.setHealth(calm.members().get(0), false, "connect refused");
      assertThat(calm.view().asked()).isEmpty();
    } finally {
      calm.release();
    }
  }
}
