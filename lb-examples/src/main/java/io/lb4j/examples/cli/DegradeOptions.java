package io.lb4j.examples.cli;

import io.lb4j.EjectionPolicy;
import io.lb4j.FlowAction;
import io.lb4j.Pool;
import io.lb4j.QueuePolicy;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of {@code serve} for the times when servers are missing. */
final class DegradeOptions {
  @Option(
      names = "--priority",
      paramLabel = "N",
      description =
          "Servers of lower priority join while fewer than N of higher priority are available."
              + " Default: 1.")
  private Optional<Integer> minAvailable;

  @Option(
      names = "--panic",
      paramLabel = "PERCENT",
      description = "Ignore health while fewer servers than this are healthy. Default: 0, never.")
  private Optional<Integer> panicThreshold;

  @Option(
      names = "--on-down",
      paramLabel = "ACTION",
      description =
          "What becomes of the open flows of a server that goes down: keep, reset, or"
              + " drain:SECONDS to spread their ends. Default: keep.")
  private Optional<FlowAction> onDown;

  @Option(
      names = "--on-removed",
      paramLabel = "ACTION",
      description = "The same when a server leaves. Default: keep.")
  private Optional<FlowAction> onRemoved;

  @Option(
      names = "--on-disabled",
      paramLabel = "ACTION",
      description = "The same when a server is disabled. Default: keep.")
  private Optional<FlowAction> onDisabled;

  @Option(
      names = "--slow-start",
      paramLabel = "SECONDS",
      description = "A server that comes back or joins gets its share over so long. Default: 0.")
  private Optional<Duration> slowStart;

  @Option(
      names = "--eject",
      paramLabel = "N|off",
      description =
          "Failed connections in a row that take a server out for a while, whatever its checks"
              + " say. Default: 5.")
  private Optional<EjectionPolicy> ejection;

  @Option(
      names = "--queue",
      paramLabel = "LENGTH:SECONDS",
      description =
          "How many clients wait for a server at most, and how long, when all are full or none is"
              + " available. Default: none waits.")
  private Optional<QueuePolicy> queue;

  void applyTo(Pool.Builder pool) {
    OptionErrors.give("--priority", minAvailable, pool::minAvailable);
    OptionErrors.give("--panic", panicThreshold, pool::panicThreshold);
    OptionErrors.give("--on-down", onDown, pool::onDown);
    OptionErrors.give("--on-removed", onRemoved, pool::onRemoved);
    OptionErrors.give("--on-disabled", onDisabled, pool::onDisabled);
    OptionErrors.give("--slow-start", slowStart, pool::slowStart);
    OptionErrors.give("--eject", ejection, pool::ejection);
    OptionErrors.give("--queue", queue, pool::queue);
  }
}
