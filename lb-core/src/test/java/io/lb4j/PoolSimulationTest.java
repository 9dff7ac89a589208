package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolSimulationTest {
  private static final SocketAddress CLIENT = StubFlow.inet("192.0.2.1", 40_000);

  private static PoolSimulation of(BalancingStrategy strategy, int... maxFlows) {
    Pool.Builder builder = Pool.builder("p").strategy(strategy);
    for (int i = 0; i < maxFlows.length; i++) {
      builder.member(TestPools.spec(i).maxFlows(maxFlows[i]));
    }
    return PoolSimulation.of(builder);
  }

  private static PoolSimulation.SimulatedFlow open(PoolSimulation simulation) {
    return simulation.open(CLIENT).orElseThrow();
  }

  @Test
  void flowsAreCountedUntilTheyEnd() {
    PoolSimulation simulation = of(BalancingStrategy.leastConnections(), 10);
    PoolSimulation.SimulatedFlow flow = open(simulation);
    PoolMember member = flow.member();
    assertThat(member.activeFlows()).isEqualTo(1);
    flow.end();
    flow.end();

    assertThat(member.activeFlows()).isZero();
    assertThat(member.flowsTotal()).isEqualTo(1);
  }

  @Test
  void limitsHold() {
    PoolSimulation simulation = of(BalancingStrategy.firstAvailable(), 1, 1);
    open(simulation);
    PoolMember second = open(simulation).member();

    assertThat(second).isSameAs(simulation.pool().members().get(1));
    assertThat(simulation.open(CLIENT)).isEmpty();
  }

  @Test
  void responseTimesAreThoseOfItsOwnTime() {
    PoolSimulation simulation = of(BalancingStrategy.responseTime(), 10);
    PoolSimulation.SimulatedFlow flow = open(simulation);
    simulation.advance(Duration.ofMillis(30));
    flow.answer();
    flow.end();
    PoolMember member = flow.member();
    assertThat(member.responseTime()).contains(Duration.ofMillis(30));
    open(simulation).fail();

    assertThat(member.responseTime()).as("after a failure").contains(Duration.ofSeconds(1));
    assertThat(member.activeFlows()).isZero();
    assertThat(simulation.time()).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void aChangeOfThePoolIsInForceAtOnce() {
    PoolSimulation simulation = of(BalancingStrategy.roundRobin(), 10);
    simulation.pool().members().get(0).disable();
    assertThat(simulation.open(CLIENT)).isEmpty();
    PoolMember added = simulation.pool().add("10.0.0.9", 80);

    assertThat(open(simulation).member()).isSameAs(added);
  }
}
