package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.HealthMonitor;
import io.lb4j.MemberSpec;
import io.lb4j.PersistencePolicy;
import io.lb4j.ServiceAddress;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read. What is wrong with one is told in the library's grammar. */
final class Values {
  private static final Map<String, BalancingStrategy> STRATEGIES = new LinkedHashMap<>();
  private static final String BY_SOURCE = "source";

  static {
    STRATEGIES.put("round-robin", BalancingStrategy.roundRobin());
    STRATEGIES.put("weighted-round-robin", BalancingStrategy.weightedRoundRobin());
    STRATEGIES.put("random", BalancingStrategy.random());
    STRATEGIES.put("weighted-random", BalancingStrategy.weightedRandom());
    STRATEGIES.put("least-connections", BalancingStrategy.leastConnections());
    STRATEGIES.put("random-two-choices", BalancingStrategy.randomTwoChoices());
    STRATEGIES.put("source-hash", BalancingStrategy.sourceHash());
  }

  private Values() {}

  static void register(CommandLine line) {
    register(line, ServiceAddress.class, ServiceAddress::parse);
    register(line, MemberSpec.class, Values::member);
    register(line, BalancingStrategy.class, Values::strategy);
    register(line, PersistencePolicy.class, Values::persistence);
    register(line, HealthMonitor.class, Values::monitor);
    register(line, Duration.class, Values::seconds);
  }

  private static <T> void register(CommandLine line, Class<T> type, Function<String, T> reader) {
    line.registerConverter(
        type,
        text -> {
          try {
            return reader.apply(text);
          } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(wrong.getMessage());
          }
        });
  }

  private static IllegalArgumentException bad(String name, String value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }

  private static MemberSpec member(String text) {
    int star = text.lastIndexOf('*');
    if (star < 0) {
      return MemberSpec.of(ServiceAddress.parse(text));
    }
    String weight = text.substring(star + 1);
    try {
      return MemberSpec.of(ServiceAddress.parse(text.substring(0, star)))
          .weight(Integer.parseInt(weight));
    } catch (NumberFormatException notANumber) {
      throw bad("weight", weight, "1..256");
    }
  }

  private static BalancingStrategy strategy(String name) {
    if (!STRATEGIES.containsKey(name)) {
      throw bad("strategy", name, "one of " + String.join(", ", STRATEGIES.keySet()));
    }
    return STRATEGIES.get(name);
  }

  private static PersistencePolicy persistence(String text) {
    if (text.equals(BY_SOURCE)) {
      return PersistencePolicy.sourceAddress();
    }
    if (text.startsWith(BY_SOURCE + ":")) {
      return PersistencePolicy.sourceAddress(seconds(text.substring(BY_SOURCE.length() + 1)));
    }
    throw bad("persistence", text, "source or source:SECONDS");
  }

  private static HealthMonitor monitor(String name) {
    return switch (name) {
      case "tcp" -> HealthMonitor.tcp();
      case "none" -> HealthMonitor.none();
      default -> throw bad("monitor", name, "one of tcp, none");
    };
  }

  private static Duration seconds(String text) {
    Duration read;
    try {
      read = Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
    } catch (NumberFormatException | ArithmeticException notSeconds) {
      throw bad("seconds", text, "a number such as 2 or 0.5");
    }
    if (read.isNegative()) {
      throw bad("seconds", text, "0 or more");
    }
    return read;
  }
}
