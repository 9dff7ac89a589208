package io.lb4j;

import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * One number that an agent reports, and the last good value of it. Asked on one thread, read on
 * another.
 */
final class AgentReport {
  private final String name;
  private final Supplier<OptionalInt> source;
  private final int least;
  private final int most;
  private volatile OptionalInt lastGood = OptionalInt.empty();

  AgentReport(String name, Supplier<OptionalInt> source, int least, int most) {
    this.name = name;
    this.source = source;
    this.least = least;
    this.most = most;
  }

  /** Asks the source; what it throws or should not say leaves the value as it was. */
  void refresh(CallbackGuard guard) {
    OptionalInt found = guard.prepare(name, source, OptionalInt.empty());
    if (found.isEmpty()) {
      return;
    }
    int value = found.getAsInt();
    if (value < least || value > most) {
      guard.complain(name, "returned " + value + " (expected: " + least + ".." + most + ")");
      return;
    }
    lastGood = found;
  }

  OptionalInt lastGood() {
    return lastGood;
  }
}
