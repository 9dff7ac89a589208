package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {

  @Test
  void everyStrategyHasALineInEveryScenario() {
    Run run = Run.of("simulate", "--seconds", "1", "--seed", "42");

    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith("seed 42, 1 s each");
    for (String strategy : Values.strategyExamples()) {
      assertThat(run.out().lines().filter(line -> line.startsWith(strategy + " ")))
          .as(strategy)
          .hasSize(5);
    }
  }

  @Test
  void scenariosAndStrategiesCanBePicked() {
    Run run =
        Run.of(
            "simulate",
            "--seconds",
            "1",
            "--scenario",
            "slow",
            "--strategy",
            "response-time",
            "--strategy",
            "choices:4");

    assertThat(run.status()).isZero();
    assertThat(run.out().lines().map(line -> line.split("[ :]", 2)[0]))
        .containsExactly("seed", "", "slow", "strategy", "response-time", "choices");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seconds  | 0.5    | seconds: 0.5 (expected: 1..3600)",
        "--seconds  | 3601   | seconds: 3601.0 (expected: 1..3600)",
        "--strategy | guess  | strategy: guess (expected: one of round-robin,",
        "--scenario | sunny  | Invalid value for option '--scenario'",
        "--seed     | one    | Invalid value for option '--seed'",
      })
  void badValuePrintsWhatIsExpectedAndExits2(String option, String value, String message) {
    Run run = Run.of("simulate", option, value);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
  }
}
