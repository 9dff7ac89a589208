package io.lb4j;

import io.lb4j.internal.probe.BytesExpectation;
import io.lb4j.internal.probe.Expectation;
import io.lb4j.internal.probe.PatternExpectation;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.wire.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What monitors send and expect, from the texts that the host gives. */
final class Texts {
  /** How many bytes a step or a body has by default. */
  static final int DEFAULT_MAX_BYTES = 16 * 1024;

  private static final int MOST_BYTES = 64 * 1024;

  private Texts() {}

  static int checkMaxBytes(int maxBytes) {
    return Checks.range("maxBytes", maxBytes, 1, MOST_BYTES);
  }

  /** A text as UTF-8. */
  static Expectation text(String name, String text) {
    return new BytesExpectation(latin1(utf8(name, text)), Quoted.of(text));
  }

  static byte[] utf8(String name, String text) {
    return checkLength(name, Checks.present(name, text).getBytes(StandardCharsets.UTF_8));
  }

  static Expectation hex(String name, String digits) {
    byte[] bytes = bytes(name, digits);
    return new BytesExpectation(latin1(bytes), "0x" + HexFormat.of().formatHex(bytes));
  }

  static byte[] bytes(String name, String digits) {
    String checked = Checks.present(name, digits).replace(" ", "");
    try {
      return checkLength(name, HexFormat.of().parseHex(checked));
    } catch (IllegalArgumentException notHex) {
      throw Checks.bad(name, digits, "1.." + MOST_BYTES + " bytes, two hex digits each");
    }
  }

  private static byte[] checkLength(String name, byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MOST_BYTES) {
      throw Checks.bad(name, bytes.length + " bytes", "1.." + MOST_BYTES + " bytes");
    }
    return bytes;
  }

  /** A regular expression over bytes: each is one character, as in ISO-8859-1. */
  static Expectation pattern(String name, String regex) {
    try {
      return new PatternExpectation(Pattern.compile(Checks.notBlank(name, regex), Pattern.DOTALL));
    } catch (PatternSyntaxException malformed) {
      throw Checks.bad(
          name, regex, "a regular expression: " + malformed.getDescription() + " there");
    }
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
