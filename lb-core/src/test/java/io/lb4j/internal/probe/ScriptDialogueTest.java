package io.lb4j.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.ProbeReport.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a script, byte by byte and without a socket. */
class ScriptDialogueTest {
  private static final int MAX_BYTES = 20;

  private static ScriptStep send(String text) {
    return new ScriptStep.Send(latin1(text));
  }

  private static ScriptStep expect(String text) {
    return new ScriptStep.Expect(text(text));
  }

  private static ScriptStep match(String regex) {
    return new ScriptStep.Expect(new PatternExpectation(Pattern.compile(regex, Pattern.DOTALL)));
  }

  private static Expectation text(String text) {
    return new BytesExpectation(text, '"' + text + '"');
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Script script(ScriptStep... steps) {
    return new Script(List.of(steps), Optional.empty(), false, MAX_BYTES);
  }

  private static Script draining(Script script, String on) {
    return new Script(script.steps(), Optional.of(text(on)), script.reverse(), script.maxBytes());
  }

  private static Script reversed(Script script) {
    return new Script(script.steps(), script.drainOn(), true, script.maxBytes());
  }

  /** A dialogue and what it has said. */
  private static final class Played {
    private final ScriptDialogue dialogue;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Optional<ProbeReport> report;

    Played(Script script) {
      dialogue = new ScriptDialogue(script);
      report = dialogue.onOpen(said::writeBytes);
    }

    Played comes(String text) {
      return comes(ByteBuffer.wrap(latin1(text)));
    }

    Played comes(ByteBuffer bytes) {
      if (report.isEmpty()) {
        report = dialogue.onBytes(bytes);
      }
      return this;
    }

    Played ends() {
      report = report.or(() -> Optional.of(dialogue.onEnd()));
      return this;
    }

    Played timesOut() {
      report = report.or(() -> Optional.of(dialogue.onTimeout()));
      return this;
    }

    void passed() {
      assertThat(report).contains(ProbeReport.PASSED);
    }

    void failed(String words) {
      assertThat(report).contains(ProbeReport.failed(words));
    }

    void goesOn() {
      assertThat(report).isEmpty();
    }
  }

  private static Played play(Script script) {
    return new Played(script);
  }

  @Test
  void stepsHappenInTheirOrder() {
    Played played = play(script(expect("220"), send("QUIT\r\n"), expect("221"), send("bye")));
    assertThat(played.said.toString(StandardCharsets.UTF_8)).isEmpty();
    played.comes("220 ready\r\n").goesOn();
    assertThat(played.said.toString(StandardCharsets.UTF_8)).isEqualTo("QUIT\r\n");
    played.comes("221").passed();
    assertThat(played.said.toString(StandardCharsets.UTF_8)).isEqualTo("QUIT\r\nbye");
  }

  @Test
  void aMatchIsUsedUp() {
    play(script(expect("ab"), expect("ba"))).comes("aba").goesOn();
    play(script(expect("ab"), expect("ba"))).comes("aba").comes("xba").passed();
    play(script(expect("a"), expect("b"), expect("c"))).comes("..a..b..c").passed();
  }

  @Test
  void aMatchMayBeSplit() {
    play(script(expect("+PONG"))).comes("..+P").comes("O").comes("NG").passed();
  }

  @Test
  void anOverlappingBeginningIsFound() {
    play(script(expect("aab"))).comes("aaa").comes("b").passed();
  }

  @Test
  void eachStepHasItsBudget() {
    String filler = "x".repeat(MAX_BYTES - 2);
    play(script(expect("ok"), expect("ok"))).comes(filler + "ok" + filler + "ok").passed();
    play(script(expect("ok"))).comes(filler + ".ok").failed("no match for \"ok\" within 20 bytes");
    play(script(expect("ok")))
        .comes(filler + ".")
        .comes("ok")
        .failed("no match for \"ok\" within 20 bytes");
  }

  @Test
  void aPatternSeesBytesAsCharacters() {
    play(script(match("\\xff[\\x00-\\x01]+\\n"))).comes("a\u00ff\0\u0001").comes("\n").passed();
    play(script(match("^x.*y$"))).comes("x\n\ny").passed();
  }

  @Test
  @Timeout(10)
  void aPatternThatBacktracksWithoutEndGivesUp() {
    Script costly = new Script(List.of(match("(a+)+b")), Optional.empty(), false, 16_384);
    play(costly).comes("a".repeat(5000)).failed("gave up: /(a+)+b/ is too costly");
  }

  @Test
  void aPatternThatRecursesTooDeeplyGivesUp() {
    Script deep = new Script(List.of(match("(?:a|b)*c")), Optional.empty(), false, 65_536);
    play(deep).comes("ab".repeat(30_000)).failed("gave up: /(?:a|b)*c/ is too costly");
  }

  @Test
  void anEarlyEndAndATimeoutAreSaid() {
    play(script(expect("+PONG"))).ends().failed("closed before \"+PONG\"");
    play(script(expect("+PONG"))).comes("+P").timesOut().failed("timed out waiting for \"+PONG\"");
    play(script(match("a+"))).timesOut().failed("timed out waiting for /a+/");
  }

  @Test
  void theEndMayBeExpected() {
    Script script = script(expect("bye"), new ScriptStep.End());
    play(script).comes("bye").goesOn();
    play(script).comes("bye!").ends().passed();
    play(script).comes("bye").timesOut().failed("timed out waiting for the end");
    play(script)
        .comes("bye" + "x".repeat(MAX_BYTES))
        .failed("no match for the end within 20 bytes");
  }

  // ---- draining

  @Test
  void whatDrainsEndsTheScript() {
    Script script = draining(script(expect("up")), "maint");
    assertThat(play(script).comes("in mai").comes("nt").report)
        .contains(ProbeReport.draining("draining: \"maint\" came"));
    play(script).comes("up").passed();
  }

  @Test
  void whatComesFirstCounts() {
    Script script = draining(script(expect("up")), "maint");
    play(script).comes("up maint").passed();
    assertThat(play(script).comes("maint up").report.orElseThrow().verdict())
        .isEqualTo(Verdict.DRAINING);
    play(draining(script(expect("not up")), "up")).comes("not up").passed();
  }

  // ---- reverse

  @Test
  void inReverseAMatchIsAFailure() {
    Script script = reversed(script(expect("hello"), expect("-ERR")));
    play(script).comes("hello -ERR").failed("\"-ERR\" came (reverse)");
    play(script).comes("hello fine").timesOut().passed();
    play(script).comes("hello fine").ends().passed();
    play(script).comes("hello" + "x".repeat(MAX_BYTES)).passed();
  }

  @Test
  void inReverseSilenceIsAFailureAllTheSame() {
    Script script = reversed(script(expect("hello"), expect("-ERR")));
    play(script).timesOut().failed("timed out waiting for \"hello\"");
    play(script).comes("hello").timesOut().failed("timed out waiting for \"-ERR\"");
    play(script).comes("hello").ends().failed("closed before \"-ERR\"");
  }

  // ---- any

  @Property(tries = 500)
  void theSplitMakesNoDifference(
      @ForAll("letters") String reply,
      @ForAll("needles") List<String> needles,
      @ForAll("needle") String drain,
      @ForAll boolean reverse,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 1) int end) {
    List<ScriptStep> steps = new ArrayList<>();
    needles.forEach(needle -> steps.add(expect(needle)));
    Script script = new Script(steps, Optional.of(text(drain)), reverse, MAX_BYTES);
    Played whole = play(script).comes(reply);
    Played split = play(script);
    Random random = new Random(seed);
    for (int at = 0; at < reply.length(); ) {
      int next = Math.min(reply.length(), at + 1 + random.nextInt(4));
      split.comes(reply.substring(at, next));
      at = next;
    }

    assertThat(split.report).isEqualTo(whole.report);
    Optional<ProbeReport> afterWhole = end == 0 ? whole.ends().report : whole.timesOut().report;
    Optional<ProbeReport> afterSplit = end == 0 ? split.ends().report : split.timesOut().report;
    assertThat(afterSplit).isEqualTo(afterWhole);
  }

  @Property(tries = 300)
  void arbitraryBytesNeverThrow(@ForAll byte[] bytes) {
    Played played = play(script(expect("ab"), match("[^\\x00]\\x00"), new ScriptStep.End()));
    played.comes(ByteBuffer.wrap(bytes)).comes(ByteBuffer.wrap(bytes)).ends();
    assertThat(played.report).isPresent();
  }

  @Provide
  Arbitrary<String> letters() {
    return Arbitraries.strings().withChars('a', 'b', 'c').ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> needle() {
    return Arbitraries.strings().withChars('a', 'b', 'c').ofMinLength(1).ofMaxLength(6);
  }

  @Provide
  Arbitrary<List<String>> needles() {
    return needle().list().ofMinSize(1).ofMaxSize(3);
  }
}
