package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.EjectionPolicy;
import io.lb4j.FlowAction;
import io.lb4j.HealthMonitor;
import io.lb4j.KeySource;
import io.lb4j.MemberSpec;
import io.lb4j.PersistencePolicy;
import io.lb4j.ProxyProtocol;
import io.lb4j.QueuePolicy;
import io.lb4j.ServiceAddress;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read. What is wrong with one is told in the library's grammar. */
final class Values {
  private static final Map<String, BalancingStrategy> STRATEGIES = new LinkedHashMap<>();
  private static final String CHOICES = "choices:";
  private static final Pattern BY_SOURCE =
      Pattern.compile("source(/(?<ipv4>[^/:]*)(/(?<ipv6>[^/:]*))?)?(:(?<time>.*))?");
  private static final Pattern BY_COOKIE = Pattern.compile("cookie:(?<name>[^:]*)(:(?<time>.*))?");
  private static final String DRAIN = "drain:";
  private static final Pattern MEMBER = Pattern.compile("(.*?)(\\*[^*@]*)?(@[^*@]*)?");

  static {
    STRATEGIES.put("round-robin", BalancingStrategy.roundRobin());
    STRATEGIES.put("weighted-round-robin", BalancingStrategy.weightedRoundRobin());
    STRATEGIES.put("random", BalancingStrategy.random());
    STRATEGIES.put("weighted-random", BalancingStrategy.weightedRandom());
    STRATEGIES.put("least-connections", BalancingStrategy.leastConnections());
    STRATEGIES.put("shortest-expected-delay", BalancingStrategy.shortestExpectedDelay());
    STRATEGIES.put("never-queue", BalancingStrategy.neverQueue());
    STRATEGIES.put("first-available", BalancingStrategy.firstAvailable());
    STRATEGIES.put("random-two-choices", BalancingStrategy.randomTwoChoices());
    STRATEGIES.put("response-time", BalancingStrategy.responseTime());
    STRATEGIES.put("host-utilisation", BalancingStrategy.hostUtilisation());
    STRATEGIES.put("source-hash", BalancingStrategy.sourceHash());
    STRATEGIES.put("maglev", BalancingStrategy.maglev(KeySource.sourceAddress()));
    STRATEGIES.put("ring-hash", BalancingStrategy.ringHash(KeySource.sourceAddress()));
    STRATEGIES.put("rendezvous", BalancingStrategy.rendezvous(KeySource.sourceAddress()));
  }

  private Values() {}

  static void register(CommandLine line) {
    register(line, ServiceAddress.class, ServiceAddress::parse);
    register(line, MemberSpec.class, Values::member);
    register(line, BalancingStrategy.class, Values::strategy);
    register(line, PersistencePolicy.class, Values::persistence);
    register(line, HealthMonitor.class, MonitorText::read);
    register(line, FlowAction.class, Values::flowAction);
    register(line, EjectionPolicy.class, Values::ejection);
    register(line, QueuePolicy.class, Values::queue);
    register(line, ProxyProtocol.class, Values::proxyProtocol);
    register(line, Duration.class, Values::seconds);
  }

  private static <T> void register(CommandLine line, Class<T> type, Function<String, T> reader) {
    line.registerConverter(
        type,
        text -> {
          try {
            return reader.apply(text);
          } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException(OptionErrors.inSeconds(wrong.getMessage()));
          }
        });
  }

  static IllegalArgumentException bad(String name, String value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }

  /** {@code ADDRESS[*WEIGHT][@PRIORITY]}. */
  private static MemberSpec member(String text) {
    Matcher parts = MEMBER.matcher(text);
    if (!parts.matches()) {
      throw bad("server", text, "ADDRESS[*WEIGHT][@PRIORITY]");
    }
    MemberSpec spec = MemberSpec.of(ServiceAddress.parse(parts.group(1)));
    if (parts.group(2) != null) {
      spec = spec.weight(number("weight", parts.group(2).substring(1), "1..256"));
    }
    String priority = parts.group(3);
    if (priority == null) {
      return spec;
    }
    return priority.equals("@backup")
        ? spec.backup()
        : spec.priority(number("priority", priority.substring(1), "0..65535 or backup"));
  }

  static int number(String name, String text, String expected) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw bad(name, text, expected);
    }
  }

  static BalancingStrategy strategy(String name) {
    if (name.startsWith(CHOICES)) {
      return BalancingStrategy.choices(
          number("choices", name.substring(CHOICES.length()), "2..32"));
    }
    if (!STRATEGIES.containsKey(name)) {
      throw bad("strategy", name, "one of " + strategyNames());
    }
    return STRATEGIES.get(name);
  }

  /** A name for each strategy, with numbers where they have any. */
  static List<String> strategyExamples() {
    return Stream.concat(STRATEGIES.keySet().stream(), Stream.of(CHOICES + 3)).toList();
  }

  private static String strategyNames() {
    return String.join(", ", STRATEGIES.keySet()) + ", " + CHOICES + "N";
  }

  /** {@code none}, {@code source[/BITS[/IPV6-BITS]][:SECONDS]} or {@code cookie:NAME[:SECONDS]}. */
  private static PersistencePolicy persistence(String text) {
    if (text.equals("none")) {
      return PersistencePolicy.none();
    }
    Matcher cookie = BY_COOKIE.matcher(text);
    if (cookie.matches()) {
      return timed(PersistencePolicy.httpCookie(cookie.group("name")), cookie.group("time"));
    }
    Matcher parts = BY_SOURCE.matcher(text);
    if (!parts.matches()) {
      throw bad(
          "persistence",
          text,
          "none, source[/BITS[/IPV6-BITS]][:SECONDS] or cookie:NAME[:SECONDS]");
    }
    PersistencePolicy policy = PersistencePolicy.sourceAddress();
    if (parts.group("ipv4") != null) {
      policy = policy.ipv4Prefix(number("ipv4Prefix", parts.group("ipv4"), "0..32"));
    }
    if (parts.group("ipv6") != null) {
      policy = policy.ipv6Prefix(number("ipv6Prefix", parts.group("ipv6"), "0..128"));
    }
    return timed(policy, parts.group("time"));
  }

  private static PersistencePolicy timed(PersistencePolicy policy, String time) {
    return time == null ? policy : policy.timeout(seconds(time));
  }

  private static FlowAction flowAction(String text) {
    if (text.startsWith(DRAIN)) {
      return FlowAction.drain(seconds(text.substring(DRAIN.length())));
    }
    return switch (text) {
      case "keep" -> FlowAction.keep();
      case "reset" -> FlowAction.reset();
      default -> throw bad("action", text, "keep, reset or drain:SECONDS");
    };
  }

  private static ProxyProtocol proxyProtocol(String text) {
    return switch (text) {
      case "v1" -> ProxyProtocol.v1();
      case "v2" -> ProxyProtocol.v2();
      default -> throw bad("version", text, "v1 or v2");
    };
  }

  private static EjectionPolicy ejection(String text) {
    return text.equals("off")
        ? EjectionPolicy.none()
        : EjectionPolicy.defaults().failures(number("eject", text, "off or a number"));
  }

  private static QueuePolicy queue(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw bad("queue", text, "LENGTH:SECONDS");
    }
    return QueuePolicy.ofLength(number("length", text.substring(0, colon), "1..1000000"))
        .timeout(seconds(text.substring(colon + 1)));
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
