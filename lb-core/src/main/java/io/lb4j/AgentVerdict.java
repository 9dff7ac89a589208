package io.lb4j;

import io.lb4j.internal.probe.AgentOrders;
import java.util.OptionalInt;
import java.util.StringJoiner;

/**
 * What the agent beside a member has asked for so far. Only the agent takes it back, in a later
 * answer; one that is not heard of any more leaves it as it is.
 *
 * @param weightPercent the share of the configured weight, in hundredths, 0..10000; with 0 only
 *     clients that persistence sends come to it. 100 unless the agent says otherwise
 * @param maxFlows how many flows the member takes at most, if the agent says so
 * @param state whether it takes flows: {@link AdminState#ENABLED} unless the agent asks to drain
 *     the member or to take it out for maintenance
 * @param up false when the agent calls its server down
 * @param reason why, in the agent's words; may be empty
 */
public record AgentVerdict(
    int weightPercent, OptionalInt maxFlows, AdminState state, boolean up, String reason) {
  static final int MAX_PERCENT = 10_000;

  /** Nothing was asked for. */
  static final AgentVerdict NONE =
      new AgentVerdict(100, OptionalInt.empty(), AdminState.ENABLED, true, "");

  /** What holds after the agent's next answer; what the answer leaves out stays. */
  AgentVerdict heeding(AgentOrders orders) {
    int percent = orders.weightPercent().orElse(weightPercent);
    return new AgentVerdict(
        Math.min(MAX_PERCENT, Math.max(0, percent)),
        orders.maxFlows().isPresent() ? limit(orders.maxFlows().getAsInt()) : maxFlows,
        orders.mode().map(AgentVerdict::stateOf).orElse(state),
        orders.up().orElse(up),
        orders.reason());
  }

  /** 0 stands for no limit, as in HAProxy. */
  private static OptionalInt limit(int flows) {
    return flows > 0 ? OptionalInt.of(flows) : OptionalInt.empty();
  }

  private static AdminState stateOf(AgentOrders.Mode mode) {
    return switch (mode) {
      case READY -> AdminState.ENABLED;
      case DRAIN -> AdminState.DRAINING;
      case MAINT -> AdminState.DISABLED;
    };
  }

  boolean takesNewFlows() {
    return state == AdminState.ENABLED && weightPercent > 0;
  }

  /** {@code 50 %, at most 10 flows, DRAINING, down (reason)}: what differs from the usual. */
  @Override
  public String toString() {
    StringJoiner words = new StringJoiner(", ");
    if (!up) {
      words.add("down");
    }
    if (state != AdminState.ENABLED) {
      words.add(state.toString());
    }
    if (weightPercent != 100) {
      words.add(weightPercent + " %");
    }
    maxFlows.ifPresent(flows -> words.add("at most " + flows + " flows"));
    String said = words.length() == 0 ? "ready" : words.toString();
    return reason.isEmpty() ? said : said + " (" + reason + ")";
  }
}
