package io.lb4j.internal.probe;

import java.util.Locale;
import java.util.StringJoiner;

/** Writes the line that an agent answers with; {@link AgentReply} reads it. */
public final class AgentLine {
  private static final int LONGEST_REASON = 200;

  private AgentLine() {}

  /** The line with its end, such as {@code up ready 75%}; at most 1024 bytes in UTF-8. */
  public static String of(AgentOrders orders) {
    StringJoiner words = new StringJoiner(" ");
    orders.up().ifPresent(up -> words.add(up ? "up" : "down"));
    orders.mode().ifPresent(mode -> words.add(mode.name().toLowerCase(Locale.ROOT)));
    orders.weightPercent().ifPresent(percent -> words.add(percent + "%"));
    orders.maxFlows().ifPresent(flows -> words.add("maxconn:" + flows));
    String reason = Words.printable(orders.reason(), LONGEST_REASON);
    if (!reason.isEmpty()) {
      words.add("#" + reason);
    }
    return words + "\n";
  }
}
