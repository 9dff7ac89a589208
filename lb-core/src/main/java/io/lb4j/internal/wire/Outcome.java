package io.lb4j.internal.wire;

/** What the bytes of a stream so far are, to a reader that looks for one thing. */
public enum Outcome {
  /** Not enough bytes to say. */
  NEED_MORE,
  /** Something else than what is looked for. */
  NOT_THIS,
  /** What is looked for, but not as its protocol says. */
  MALFORMED,
  /** All there. */
  COMPLETE
}
