package io.lb4j.benchmarks.choose;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.benchmarks.Params;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChooseBenchmarkTest {
  static Stream<String> strategies() {
    return Params.of(ChooseBenchmark.class, "strategy");
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void everyStrategyChooses(String strategy) throws UnknownHostException {
    Clients clients = new Clients();
    clients.clients = "ipv4";
    clients.connect();
    ChooseBenchmark benchmark = new ChooseBenchmark();
    benchmark.strategy = strategy;
    benchmark.members = 10;
    benchmark.over();

    assertThat(benchmark.alone(clients).pool().members()).hasSize(10);
    assertThat(benchmark.shared(clients).pool().members()).hasSize(10);
  }
}
