package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.AgentOrders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the orders of a member's agent. */
@Timeout(20)
class AgentVerdictTest {
  private static final AgentOrders NOTHING =
      new AgentOrders(
          OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), "");

  private final RecordedEvents events = new RecordedEvents();
  private final Pool pool =
      Pool.builder("p")
          .listener(events)
          .member("10.0.0.1", 80, 2)
          .member("10.0.0.2", 80, 1)
          .build();
  private boolean inUse = true;
  private final PoolMember first = pool.members().get(0);

  @BeforeEach
  void use() {
    pool.retain(); // what monitors say counts while a pool is in use
  }

  @AfterEach
  void release() {
    if (inUse) {
      pool.release();
    }
  }

  private static AgentOrders weight(int percent) {
    return new AgentOrders(
        OptionalInt.of(percent), OptionalInt.empty(), Optional.empty(), Optional.empty(), "");
  }

  private static AgentOrders mode(AgentOrders.Mode mode) {
    return new AgentOrders(
        OptionalInt.empty(), OptionalInt.empty(), Optional.of(mode), Optional.empty(), "");
  }

  private static AgentOrders up(boolean up, String reason) {
    return new AgentOrders(
        OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.of(up), reason);
  }

  private static AgentOrders maxFlows(int flows) {
    return new AgentOrders(
        OptionalInt.empty(), OptionalInt.of(flows), Optional.empty(), Optional.empty(), "");
  }

  @Test
  void theAgentsShareTimesTheConfiguredWeightIsTheEffectiveWeight() {
    pool.heed(first, weight(75));

    assertThat(first.weight()).isEqualTo(2);
    assertThat(first.effectiveWeight()).isEqualTo(150);
    assertThat(TestPools.counts(pool, 250)).containsExactly(150, 100);
  }

  @Test
  void anyShareIsDealtExactly() {
    pool.heed(first, weight(37));
    pool.heed(pool.members().get(1), weight(99));

    assertThat(TestPools.counts(pool, 173)).containsExactly(74, 99);
  }

  @Test
  void aShareBeyondTheWholeIsDealtAsWell() {
    pool.heed(first, weight(200));

    assertThat(TestPools.counts(pool, 50)).containsExactly(40, 10);
  }

  @Test
  void aShareOfNothingLeavesOnlyPersistedClients() {
    PersistencePolicy policy = PersistencePolicy.sourceAddress(Duration.ofMinutes(3));
    MemberChoice choice = TestPools.choice(pool, policy, new SteppedClock());
    assertThat(choice.choose(StubFlow.from("192.0.2.1"))).isEqualTo(new MemberChoice.Chosen(first));
    pool.heed(first, weight(0));

    assertThat(first.isAvailable()).isFalse();
    assertThat(TestPools.counts(pool, 10)).containsExactly(0, 10);
    assertThat(choice.choose(StubFlow.from("192.0.2.1"))).isEqualTo(new MemberChoice.Chosen(first));
    pool.heed(first, weight(100));
    assertThat(TestPools.counts(pool, 30)).containsExactly(20, 10);
  }

  @Test
  void whatAnAnswerLeavesOutStays() {
    pool.heed(first, weight(50));
    pool.heed(first, mode(AgentOrders.Mode.DRAIN));
    pool.heed(first, NOTHING);

    AgentVerdict verdict = first.agent().orElseThrow();
    assertThat(verdict.weightPercent()).isEqualTo(50);
    assertThat(verdict.state()).isEqualTo(AdminState.DRAINING);
  }

  @Test
  void drainAndMaintenanceEndWithReady() {
    pool.heed(first, mode(AgentOrders.Mode.DRAIN));
    assertThat(first.isAvailable()).isFalse();
    assertThat(first.takesPersisted(false)).isTrue();
    pool.heed(first, mode(AgentOrders.Mode.MAINT));
    assertThat(first.takesPersisted(false)).isFalse();
    pool.heed(first, mode(AgentOrders.Mode.READY));

    assertThat(first.isAvailable()).isTrue();
    assertThat(first.agent()).isEmpty();
  }

  @Test
  void onlyTheAgentTakesItsWordBack() {
    pool.heed(first, up(false, "disk full"));
    pool.setHealth(first, true, "");
    first.enable();
    assertThat(first.isAvailable()).isFalse();
    assertThat(first.agent().orElseThrow()).hasToString("down (disk full)");
    pool.heed(first, mode(AgentOrders.Mode.READY));
    assertThat(first.isAvailable()).as("ready is not up").isFalse();
    pool.heed(first, up(true, ""));

    assertThat(first.isAvailable()).isTrue();
  }

  @Test
  void theAgentTakesNobodyElsesWordBack() {
    first.drain();
    pool.setHealth(first, false, "connect refused");
    pool.heed(first, up(true, ""));
    pool.heed(first, mode(AgentOrders.Mode.READY));

    assertThat(first.adminState()).isEqualTo(AdminState.DRAINING);
    assertThat(first.health()).isEqualTo(Health.DOWN);
  }

  @Test
  void itsMaximumOfFlowsHoldsBesideTheConfiguredOne() {
    pool.heed(first, maxFlows(2));
    TestPools.load(first, 2);
    assertThat(first.isFull()).isTrue();
    assertThat(first.reserve(new StubFlow())).isFalse();
    pool.heed(first, maxFlows(0));

    assertThat(first.isFull()).as("full without the agent's limit").isFalse();
  }

  @Test
  void whatHoldsIsToldOnceAndForgottenWhenThePoolIsNotInUse() {
    pool.heed(first, mode(AgentOrders.Mode.DRAIN));
    pool.heed(first, mode(AgentOrders.Mode.DRAIN));
    pool.release();
    inUse = false;

    assertThat(first.agent()).isEmpty();
    assertThat(first.isAvailable()).isTrue();
    assertThat(events.all()).containsExactly("agentchanged 10.0.0.1:80");
  }

  @Test
  void aMonitorsDrainKeepsNewClientsAway() {
    pool.setDraining(first, true, "503");
    pool.setDraining(first, true, "503");
    assertThat(first.isAvailable()).isFalse();
    assertThat(first.takesPersisted(false)).isTrue();
    pool.setDraining(first, false, "200");

    assertThat(first.isAvailable()).isTrue();
    Eventually.equal(
        "events", List.of("drainchanged 10.0.0.1:80", "drainchanged 10.0.0.1:80"), events::all);
  }
}
