package io.lb4j.internal.probe;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an agent beside a server asks for (HAProxy's {@code agent-check}); what is empty is left as
 * it was.
 *
 * @param weightPercent the share of the configured weight that it wants, 0..256 hundredths and more
 * @param maxFlows how many flows it takes at most
 * @param mode whether it takes flows
 * @param up whether it calls itself up
 * @param reason why, in its own words; may be empty
 */
public record AgentOrders(
    OptionalInt weightPercent,
    OptionalInt maxFlows,
    Optional<Mode> mode,
    Optional<Boolean> up,
    String reason) {
  /** Whether an agent's server takes flows. */
  public enum Mode {
    /** All. */
    READY,
    /** Only those that persistence sends. */
    DRAIN,
    /** None. */
    MAINT
  }
}
