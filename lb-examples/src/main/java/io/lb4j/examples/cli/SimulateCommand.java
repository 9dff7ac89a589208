package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.examples.simulation.Figures;
import io.lb4j.examples.simulation.Scenario;
import io.lb4j.examples.simulation.Simulation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The strategies side by side. */
@Command(
    name = "simulate",
    description = {
      "Compares strategies in a simulation: 10 servers of 4 workers, 60 %% busy, 10 ms an answer.",
      "Times are from a client's coming to the end of its answer. imbalance: flows of the server"
          + " that got most, as a multiple of an even share. The seed is that of clients and work;"
          + " strategies that draw lots differ a little from run to run. No monitor, no ejection."
    })
final class SimulateCommand implements Callable<Integer> {
  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; may be given several times. Default: all.")
  private List<Scenario> scenarios = List.of(Scenario.values());

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "As for serve; may be given several times. Default: all.")
  private List<String> strategies = Values.strategyExamples();

  @Option(
      names = "--seconds",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description = "How much time is simulated, 1..3600. Default: ${DEFAULT-VALUE}.")
  private Duration time;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Any number. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
      throw wrong("seconds: " + time.toMillis() / 1000.0 + " (expected: 1..3600)");
    }
    List<BalancingStrategy> made = strategies.stream().map(this::strategy).toList();
    PrintWriter out = spec.commandLine().getOut();
    out.println("seed " + seed + ", " + time.toSeconds() + " s each");
    for (Scenario scenario : scenarios) {
      out.printf(Locale.ROOT, "%n%s: %s%n", scenario, scenario.description());
      out.println("strategy                   p50 ms    p99 ms   failed  imbalance");
      for (int i = 0; i < made.size(); i++) {
        out.println(line(strategies.get(i), Simulation.run(scenario, made.get(i), time, seed)));
      }
    }
    return ExitCode.OK;
  }

  private BalancingStrategy strategy(String name) {
    try {
      return Values.strategy(name);
    } catch (IllegalArgumentException unknown) {
      throw wrong(unknown.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static String line(String strategy, Figures figures) {
    return String.format(
        Locale.ROOT,
        "%-24s %8.1f  %8.1f  %5.1f %%  %9.2f",
        strategy,
        figures.p50Millis(),
        figures.p99Millis(),
        figures.failedPercent(),
        figures.imbalance());
  }
}
