package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script and an HTTP check refuse, where it is given. */
class ApplicationCheckArgumentsTest {
  private static final ScriptCheck SCRIPT = ScriptCheck.create();
  private static final HttpCheck HTTP = HttpCheck.get("/");

  private static Arguments refused(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  static Stream<Arguments> badArguments() {
    return Stream.of(
        refused("send: 0 bytes (expected: 1..65536 bytes)", () -> SCRIPT.send("")),
        refused("expect: 0 bytes (expected: 1..65536 bytes)", () -> SCRIPT.expect("")),
        refused(
            "expect: 65537 bytes (expected: 1..65536 bytes)",
            () -> SCRIPT.expect("x".repeat(65_537))),
        refused(
            "sendHex: 0 (expected: 1..65536 bytes, two hex digits each)",
            () -> SCRIPT.sendHex("0")),
        refused(
            "expectHex: xy (expected: 1..65536 bytes, two hex digits each)",
            () -> SCRIPT.expectHex("xy")),
        refused(
            "expectMatch: ( (expected: a regular expression: Unclosed group there)",
            () -> SCRIPT.expectMatch("(")),
        refused(
            "send: after expectEnd (expected: no step after it)",
            () -> SCRIPT.expectEnd().send("x")),
        refused("maxBytes: 0 (expected: 1..65536)", () -> SCRIPT.maxBytes(0)),
        refused("maxBytes: 65537 (expected: 1..65536)", () -> HTTP.maxBytes(65_537)),
        refused("port: 0 (expected: 1..65535)", () -> SCRIPT.port(0)),
        refused("port: 65536 (expected: 1..65535)", () -> HTTP.port(65_536)),
        refused(
            "script: [send 1 bytes] (expected: a step that expects something; tcp() only connects)",
            () -> HealthMonitor.script(SCRIPT.send("x"))),
        refused(
            "script: [expect the end] reverse"
                + " (expected: with reverse() an expect or expectMatch as last step)",
            () -> HealthMonitor.script(SCRIPT.expectEnd().reverse())),
        refused("low: 99 (expected: 100..599)", () -> HTTP.expectStatus(99)),
        refused("high: 200 (expected: 300..599)", () -> HTTP.expectStatus(300, 200)),
        refused("status: 600 (expected: 100..599)", () -> HTTP.drainOnStatus(600)),
        refused(
            "method: \"CONNECT\" (expected: a method that asks for a path)".replace("\"", ""),
            () -> HTTP.method("CONNECT")),
        refused(
            "method: HEAD (expected: another one with body(): a reply to HEAD has none)",
            () -> HealthMonitor.http(HTTP.method("HEAD").body("x"))),
        refused(
            "name: Host (expected: a header that is not lb4j's own; for the host use host())",
            () -> HTTP.header("Host", "x")),
        refused(
            "value: \"a\\r\\nb\" (expected: printable ASCII)", () -> HTTP.header("X", "a\r\nb")));
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void badArgumentsAreRefusedInWords(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "health", "/a b", "/a\r\nX: y", "/\u00e4", "http://x/"})
  void aPathThatIsNoneIsRefused(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthMonitor.http(path))
        .withMessageStartingWith("path: ");
  }

  @Test
  void stepsHaveALimit() {
    ScriptCheck full = SCRIPT;
    for (int i = 0; i < 100; i++) {
      full = full.expect("x");
    }
    ScriptCheck hundred = full;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hundred.expect("x"))
        .withMessage("expect: step 101 (expected: at most 100 steps)");
  }

  @Test
  void nullIsRefusedByName() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> HealthMonitor.script(null))
        .withMessage("script: null (expected: a value)");
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> SCRIPT.tls(null))
        .withMessage("tls: null (expected: a value)");
  }

  @Test
  void checksTellWhatTheyDo() {
    assertThat(HealthMonitor.http("/health").toString()).startsWith("http GET /health every ");
    assertThat(HTTP.tls(ProbeTls.verified())).hasToString("https GET /");
    assertThat(SCRIPT.send("PING").expect("+PONG").expectHex("0a").drainOn("x").reverse().port(9))
        .hasToString("[send 4 bytes, expect \"+PONG\", expect 0x0a] drain on \"x\" reverse port 9");
    assertThat(ProbeTls.verified().serverName("A.example").withoutVerification())
        .hasToString("TLS for a.example without verification");
  }
}
