package io.lb4j.internal.probe;

import io.lb4j.internal.wire.ReceivedText;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Plays a {@link Script}. Each step that expects something looks at the bytes since the last match;
 * of what is expected and what drains, the one counts whose match ends first, and the expected one
 * when both end at the same byte.
 */
public final class ScriptDialogue implements Dialogue {
  private final Script script;
  private final ReceivedText text;
  private Consumer<byte[]> out;
  private int at;
  private boolean heard; // whether anything came since the present step began
  private Expectation.Search expected;
  private Optional<Expectation.Search> draining = Optional.empty();

  /** Before the first step. */
  public ScriptDialogue(Script script) {
    this.script = script;
    text = new ReceivedText(script.maxBytes());
  }

  @Override
  public Optional<ProbeReport> onOpen(Consumer<byte[]> out) {
    this.out = out;
    return moveOn();
  }

  /** Says what is to be said up to the next step that waits. */
  private Optional<ProbeReport> moveOn() {
    while (at < script.steps().size() && step() instanceof ScriptStep.Send send) {
      out.accept(send.bytes());
      at++;
    }
    if (at == script.steps().size()) {
      return Optional.of(ProbeReport.PASSED);
    }
    heard = text.length() > 0;
    expected =
        step() instanceof ScriptStep.Expect expect
            ? expect.expectation().search(script.maxBytes())
            : growing -> Expectation.NOT_YET; // the end does not come in bytes
    draining = script.drainOn().map(drain -> drain.search(script.maxBytes()));
    return Optional.empty();
  }

  private ScriptStep step() {
    return script.steps().get(at);
  }

  @Override
  public Optional<ProbeReport> onBytes(ByteBuffer bytes) {
    Optional<ProbeReport> report = Optional.empty();
    while (report.isEmpty() && bytes.hasRemaining()) {
      text.take(bytes);
      heard = true;
      report = search();
    }
    return report;
  }

  /** Looks at what there is, and goes on as long as steps are met by it. */
  private Optional<ProbeReport> search() {
    try {
      while (true) {
        int met = expected.endIn(text);
        int drained = draining.isPresent() ? draining.get().endIn(text) : Expectation.NOT_YET;
        if (drained != Expectation.NOT_YET && (met == Expectation.NOT_YET || drained < met)) {
          return Optional.of(ProbeReport.draining("draining: " + drainWords()));
        }
        if (met == Expectation.NOT_YET) {
          return text.isFull() ? Optional.of(tooMuch()) : Optional.empty();
        }
        text.forget(met);
        Optional<ProbeReport> report = met();
        if (report.isPresent() || text.length() == 0) {
          return report;
        }
      }
    } catch (GaveUpException tooCostly) {
      return Optional.of(ProbeReport.failed(tooCostly.getMessage()));
    }
  }

  private String drainWords() {
    return script.drainOn().map(Object::toString).orElseThrow() + " came";
  }

  private Optional<ProbeReport> met() {
    if (isReversed()) {
      return Optional.of(ProbeReport.failed(step() + " came (reverse)"));
    }
    at++;
    return moveOn();
  }

  private boolean isReversed() {
    return script.reverse() && at == script.steps().size() - 1;
  }

  private ProbeReport tooMuch() {
    return missing("no match for " + step() + " within " + script.maxBytes() + " bytes");
  }

  @Override
  public ProbeReport onEnd() {
    if (step() instanceof ScriptStep.End) {
      return ProbeReport.PASSED;
    }
    return missing("closed before " + step());
  }

  @Override
  public ProbeReport onTimeout() {
    return missing("timed out waiting for " + step());
  }

  /** What was expected did not come. With reverse that is fine, if anything came at all. */
  private ProbeReport missing(String words) {
    return isReversed() && heard ? ProbeReport.PASSED : ProbeReport.failed(words);
  }
}
