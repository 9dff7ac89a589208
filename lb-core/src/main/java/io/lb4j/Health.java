package io.lb4j;

/** What the monitor knows of a member. Independent of its {@link AdminState}. */
public enum Health {
  /** Not yet probed, or there is no monitor. Such a member takes flows. */
  UNKNOWN,
  /** Answers its probes. */
  UP,
  /** Does not answer its probes; takes no new flow. */
  DOWN
}
