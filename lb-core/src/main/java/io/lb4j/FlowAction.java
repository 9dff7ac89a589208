package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;

/**
 * What becomes of the open flows of a member that can no longer be had: that went down, was removed
 * or was disabled. Flows that are only being connected to it at that moment are not concerned: they
 * go on, to another member if connecting fails.
 */
public sealed interface FlowAction {
  /** They go on until they end by themselves. */
  static FlowAction keep() {
    return new Keep();
  }

  /** Both sides of each are reset at once. */
  static FlowAction reset() {
    return new Reset();
  }

  /**
   * They may go on for a while: those that are still open are reset one after the other, spread
   * evenly over that time, the last one at its end. When the member can be had again before that,
   * the rest goes on.
   *
   * @param over how long that takes, 1 ms or more
   */
  static FlowAction drain(Duration over) {
    return new Drain(over);
  }

  /** See {@link #keep}. */
  record Keep() implements FlowAction {}

  /** See {@link #reset}. */
  record Reset() implements FlowAction {}

  /**
   * See {@link #drain}.
   *
   * @param over how long it takes until the last flow is reset, 1 ms or more
   */
  record Drain(Duration over) implements FlowAction {
    /** Checks the value. */
    public Drain {
      Checks.atLeast("over", over, Duration.ofMillis(1));
    }
  }
}
