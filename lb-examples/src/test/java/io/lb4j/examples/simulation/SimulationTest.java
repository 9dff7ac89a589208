package io.lb4j.examples.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.BalancingStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the documents say of the strategies, in a shorter simulation. */
class SimulationTest {
  private static Figures figures(Scenario scenario, BalancingStrategy strategy) {
    return Simulation.run(scenario, strategy, Duration.ofSeconds(6), 7);
  }

  @Test
  void theSameSeedGivesTheSameFigures() {
    assertThat(figures(Scenario.STRAGGLERS, BalancingStrategy.leastConnections()))
        .isEqualTo(figures(Scenario.STRAGGLERS, BalancingStrategy.leastConnections()));
  }

  @Test
  void equalServersGetEqualShares() {
    assertThat(figures(Scenario.STEADY, BalancingStrategy.roundRobin()).imbalance())
        .isBetween(1.0, 1.001);
    assertThat(figures(Scenario.STEADY, BalancingStrategy.responseTime()).imbalance())
        .isLessThan(1.3);
  }

  @Test
  void aSlowServerIsSpared() {
    double inTurn = figures(Scenario.SLOW, BalancingStrategy.roundRobin()).p99Millis();

    assertThat(figures(Scenario.SLOW, BalancingStrategy.leastConnections()).p99Millis())
        .isLessThan(inTurn / 10);
    assertThat(figures(Scenario.SLOW, BalancingStrategy.responseTime()).p99Millis())
        .isLessThan(inTurn / 10);
  }

  @Test
  void aColdServerIsSpared() {
    double inTurn = figures(Scenario.COLD, BalancingStrategy.roundRobin()).p99Millis();

    assertThat(figures(Scenario.COLD, BalancingStrategy.responseTime()).p99Millis())
        .isLessThan(inTurn / 10);
  }

  @Test
  void aFailingServerLooksIdleButNotFast() {
    assertThat(figures(Scenario.FAILING, BalancingStrategy.leastConnections()).failedPercent())
        .as("by open flows")
        .isGreaterThan(10);
    assertThat(figures(Scenario.FAILING, BalancingStrategy.responseTime()).failedPercent())
        .as("by response time")
        .isLessThan(0.5);
  }

  @Test
  void firstAvailableFillsUp() {
    assertThat(figures(Scenario.STEADY, BalancingStrategy.firstAvailable()).imbalance())
        .isGreaterThan(1.3);
  }
}
