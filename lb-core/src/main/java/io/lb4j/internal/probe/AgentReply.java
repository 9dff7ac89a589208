package io.lb4j.internal.probe;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.StringTokenizer;

/**
 * Reads the line that an agent answers with, as HAProxy's {@code agent-check} does: words between
 * blanks, tabs and commas, in any case; {@code #} begins a reason in the agent's own words. Of two
 * words about the same thing the last counts. Words that mean nothing are left out and told.
 */
public final class AgentReply {
  private static final int LONGEST_NUMBER = 9;
  private static final int LONGEST_REASON = 200;
  private static final String WEIGHT = "weight:";
  private static final String MAX_FLOWS = "maxconn:";

  private final int configuredWeight;
  private final StringJoiner unknown = new StringJoiner(" ");
  private OptionalInt weightPercent = OptionalInt.empty();
  private OptionalInt maxFlows = OptionalInt.empty();
  private Optional<AgentOrders.Mode> mode = Optional.empty();
  private Optional<Boolean> up = Optional.empty();

  private AgentReply(int configuredWeight) {
    this.configuredWeight = configuredWeight;
  }

  /**
   * Reads one line; any text will do.
   *
   * @param configuredWeight what {@code weight:N} without a percent sign is compared with
   */
  public static ProbeReport read(String line, int configuredWeight) {
    AgentReply reply = new AgentReply(configuredWeight);
    int sharp = line.indexOf('#');
    String words = sharp < 0 ? line : line.substring(0, sharp);
    StringTokenizer each = new StringTokenizer(words, " \t,\r\n\0");
    while (each.hasMoreTokens()) {
      String word = each.nextToken();
      if (!reply.understands(word.toLowerCase(Locale.ROOT))) {
        reply.unknown.add(word);
      }
    }
    String reason = sharp < 0 ? "" : Words.printable(line.substring(sharp + 1), LONGEST_REASON);
    return reply.report(reason);
  }

  private ProbeReport report(String reason) {
    AgentOrders orders = new AgentOrders(weightPercent, maxFlows, mode, up, reason);
    if (unknown.length() == 0) {
      return ProbeReport.advised(orders);
    }
    String ignored = "ignored: " + Words.printable(unknown.toString(), LONGEST_REASON);
    String detail = reason.isEmpty() ? ignored : reason + "; " + ignored;
    return new ProbeReport(ProbeReport.Verdict.ADVISED, detail, Optional.of(orders));
  }

  private boolean understands(String word) {
    switch (word) {
      case "up" -> up = Optional.of(true);
      case "down", "fail", "stopped" -> up = Optional.of(false);
      case "ready" -> mode = Optional.of(AgentOrders.Mode.READY);
      case "drain" -> mode = Optional.of(AgentOrders.Mode.DRAIN);
      case "maint" -> mode = Optional.of(AgentOrders.Mode.MAINT);
      default -> {
        return understandsNumber(word);
      }
    }
    return true;
  }

  private boolean understandsNumber(String word) {
    if (word.startsWith(MAX_FLOWS)) {
      OptionalInt flows = number(word.substring(MAX_FLOWS.length()));
      maxFlows = flows.isPresent() ? flows : maxFlows;
      return flows.isPresent();
    }
    boolean named = word.startsWith(WEIGHT);
    String value = named ? word.substring(WEIGHT.length()) : word;
    boolean percent = value.endsWith("%");
    if (!percent && !named) {
      return false;
    }
    OptionalInt weight = number(percent ? value.substring(0, value.length() - 1) : value);
    if (weight.isPresent()) {
      weightPercent = percent ? weight : OptionalInt.of(percentOf(weight.getAsInt()));
    }
    return weight.isPresent();
  }

  private int percentOf(int weight) {
    return (int) Math.min(Integer.MAX_VALUE, Math.round(100.0 * weight / configuredWeight));
  }

  private static OptionalInt number(String digits) {
    boolean plain =
        !digits.isEmpty()
            && digits.length() <= LONGEST_NUMBER
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return plain ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
  }
}
