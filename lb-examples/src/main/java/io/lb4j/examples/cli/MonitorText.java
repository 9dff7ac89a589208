package io.lb4j.examples.cli;

import io.lb4j.DnsCheck;
import io.lb4j.ExecCheck;
import io.lb4j.HealthMonitor;
import io.lb4j.HttpCheck;
import io.lb4j.ProbeTls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads how servers are checked: {@code tcp}, {@code http:/health}, {@code exec:/usr/bin/check -v}.
 */
final class MonitorText {
  private static final Map<String, Function<String, HealthMonitor>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("ping", MonitorText::ping);
    KINDS.put("tcp", MonitorText::tcp);
    KINDS.put("http", HealthMonitor::http);
    KINDS.put("https", path -> https(path, ProbeTls.verified()));
    KINDS.put("https+insecure", path -> https(path, ProbeTls.verified().withoutVerification()));
    KINDS.put("script", steps -> HealthMonitor.script(ScriptText.read(steps)));
    KINDS.put("dns", question -> HealthMonitor.dns(dns(question)));
    KINDS.put("dns+tcp", question -> HealthMonitor.dns(dns(question).tcp()));
    KINDS.put("exec", MonitorText::exec);
    KINDS.put("agent", port -> HealthMonitor.agent(Values.number("port", port, "1..65535")));
    KINDS.put("none", rest -> alone("none", rest, HealthMonitor.none()));
  }

  private MonitorText() {}

  static HealthMonitor read(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    Function<String, HealthMonitor> reader = KINDS.get(kind);
    if (reader == null) {
      throw Values.bad("monitor", text, "one of " + String.join(", ", KINDS.keySet()));
    }
    return reader.apply(colon < 0 ? "" : text.substring(colon + 1));
  }

  private static HealthMonitor ping(String rest) {
    try {
      return rest.isEmpty() ? HealthMonitor.ping() : alone("ping", rest, HealthMonitor.none());
    } catch (UnsupportedOperationException notPermitted) {
      throw new IllegalArgumentException("monitor: " + notPermitted.getMessage(), notPermitted);
    }
  }

  private static HealthMonitor tcp(String port) {
    return port.isEmpty()
        ? HealthMonitor.tcp()
        : HealthMonitor.tcp(Values.number("port", port, "1..65535"));
  }

  private static HealthMonitor alone(String kind, String rest, HealthMonitor monitor) {
    if (!rest.isEmpty()) {
      throw Values.bad("monitor", kind + ":" + rest, kind);
    }
    return monitor;
  }

  private static HealthMonitor https(String path, ProbeTls tls) {
    return HealthMonitor.http(HttpCheck.get(path).tls(tls));
  }

  /** A name, and perhaps the type that is asked for after a slash. */
  private static DnsCheck dns(String question) {
    int slash = question.indexOf('/');
    return slash < 0
        ? DnsCheck.query(question)
        : DnsCheck.query(question.substring(0, slash)).type(question.substring(slash + 1));
  }

  private static HealthMonitor exec(String command) {
    List<String> words = List.of(command.strip().split("\\s+"));
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    return HealthMonitor.exec(ExecCheck.of(words.get(0), arguments));
  }
}
