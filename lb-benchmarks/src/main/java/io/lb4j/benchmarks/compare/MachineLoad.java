package io.lb4j.benchmarks.compare;

import java.util.Optional;

/** What the machine did in the minute before. */
final class MachineLoad {
  private static final double QUIET = 0.5; // processes that ran or wanted to

  private MachineLoad() {}

  /**
   * Whether that was too much to measure beside it.
   *
   * @param loadAverages as in {@code /proc/loadavg}: those of the last 1, 5 and 15 minutes, and
   *     more
   */
  static Optional<String> warning(String loadAverages) {
    String lastMinute = loadAverages.split(" ", 2)[0];
    return Double.parseDouble(lastMinute) <= QUIET
        ? Optional.empty()
        : Optional.of(
            "the machine has had other work (load average "
                + lastMinute
                + "): if that goes on, the figures mean little");
  }
}
