package io.lb4j.examples.cli;

import io.lb4j.ProbeTls;
import io.lb4j.ScriptCheck;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Reads the steps of a script: {@code send=PING\r\n;expect=+PONG}. A backslash takes the character
 * after it out of the division into steps.
 */
final class ScriptText {
  private static final Map<String, BiFunction<ScriptCheck, String, ScriptCheck>> STEPS =
      new LinkedHashMap<>();

  static {
    STEPS.put("send=", (script, text) -> script.send(unescaped(text)));
    STEPS.put("expect=", (script, text) -> script.expect(unescaped(text)));
    STEPS.put("send-hex=", ScriptCheck::sendHex);
    STEPS.put("expect-hex=", ScriptCheck::expectHex);
    STEPS.put("expect-match=", ScriptCheck::expectMatch);
    STEPS.put("expect-end", (script, none) -> script.expectEnd());
    STEPS.put("drain-on=", (script, text) -> script.drainOn(unescaped(text)));
    STEPS.put("drain-on-match=", ScriptCheck::drainOnMatch);
    STEPS.put("reverse", (script, none) -> script.reverse());
    STEPS.put("port=", (script, port) -> script.port(Values.number("port", port, "1..65535")));
    STEPS.put("tls", (script, none) -> script.tls(ProbeTls.verified()));
    STEPS.put(
        "tls+insecure", (script, none) -> script.tls(ProbeTls.verified().withoutVerification()));
    STEPS.put("udp", (script, none) -> script.udp());
  }

  private ScriptText() {}

  static ScriptCheck read(String text) {
    ScriptCheck script = ScriptCheck.create();
    for (String step : steps(text)) {
      int value = step.indexOf('=') + 1;
      String name = value == 0 ? step : step.substring(0, value);
      BiFunction<ScriptCheck, String, ScriptCheck> reader = STEPS.get(name);
      if (reader == null) {
        throw Values.bad("step", step, "one of " + String.join(", ", STEPS.keySet()));
      }
      script = reader.apply(script, step.substring(value));
    }
    return script;
  }

  /** What stands between semicolons; a backslash and what follows it stay as they are. */
  private static List<String> steps(String text) {
    List<String> steps = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ';') {
        steps.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      steps.add(text.substring(begin)); // a semicolon may also stand at the end
    }
    return steps;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      boolean escape = text.charAt(i) == '\\';
      plain.append(escape ? escaped(text, ++i) : text.charAt(i));
    }
    return plain.toString();
  }

  private static char escaped(String text, int at) {
    String escape = text.substring(at - 1, Math.min(at + 1, text.length()));
    return switch (escape) {
      case "\\r" -> '\r';
      case "\\n" -> '\n';
      case "\\t" -> '\t';
      case "\\;" -> ';';
      case "\\\\" -> '\\';
      default -> throw Values.bad("escape", escape, "\\r, \\n, \\t, \\; or \\\\");
    };
  }
}
