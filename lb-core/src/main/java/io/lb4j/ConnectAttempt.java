package io.lb4j;

import java.time.Duration;

/**
 * One attempt of a flow to connect to a member.
 *
 * @param member the member tried
 * @param outcome how it ended
 * @param duration from the choice of the member to the outcome
 * @param detail what the system said; empty when connected
 */
public record ConnectAttempt(PoolMember member, Outcome outcome, Duration duration, String detail) {
  /** How an attempt ended. */
  public enum Outcome {
    /** The connection is up. */
    CONNECTED,
    /** The member's host answered that nobody listens. */
    REFUSED,
    /** No answer within the connect timeout. */
    TIMED_OUT,
    /** There is no way to the member's host. */
    UNREACHABLE,
    /** Something of our own: no port or descriptor left, for example. */
    FAILED
  }

  @Override
  public String toString() {
    String text = member.address() + " " + outcome + " after " + Durations.brief(duration);
    return detail.isEmpty() ? text : text + " (" + detail + ")";
  }
}
