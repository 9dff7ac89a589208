package io.lb4j.internal.probe;

/** One step of a script. */
public sealed interface ScriptStep {
  /** These bytes are sent. Nobody changes them. */
  @SuppressWarnings("ArrayRecordComponent")
  record Send(byte[] bytes) implements ScriptStep {}

  /** This has to come. */
  record Expect(Expectation expectation) implements ScriptStep {
    @Override
    public String toString() {
      return expectation.toString();
    }
  }

  /** The peer has to end its stream in order; always the last step. */
  record End() implements ScriptStep {
    @Override
    public String toString() {
      return "the end";
    }
  }
}
