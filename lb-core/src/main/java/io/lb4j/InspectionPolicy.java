package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;

/**
 * How much of what a client sends first is looked at, and how long that is waited for, where a
 * {@link KeySource} needs it. Immutable: each setting returns a changed copy.
 *
 * <p>When the limit of bytes or the time is reached, or the client has ended its stream, the flow
 * goes on with what was found. So a protocol in which the server speaks first works, only each flow
 * begins that much later. The member gets every byte that was looked at.
 */
public final class InspectionPolicy {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final InspectionPolicy DEFAULT =
      new InspectionPolicy(16 * 1024, Duration.ofSeconds(5), false);

  private final int maxBytes;
  private final Duration timeout;
  private final boolean required;

  private InspectionPolicy(int maxBytes, Duration timeout, boolean required) {
    this.maxBytes = maxBytes;
    this.timeout = timeout;
    this.required = required;
  }

  /** Up to 16 KiB within 5 s, and who sends nothing goes on. */
  public static InspectionPolicy defaults() {
    return DEFAULT;
  }

  /** The same with another limit of bytes, 1..65536; default 16384. */
  public InspectionPolicy maxBytes(int maxBytes) {
    return new InspectionPolicy(
        Checks.range("maxBytes", maxBytes, 1, 64 * 1024), timeout, required);
  }

  /** The same with another time for them to come, 1 ms or more; default 5 s. */
  public InspectionPolicy timeout(Duration timeout) {
    return new InspectionPolicy(maxBytes, Checks.atLeast("timeout", timeout, SHORTEST), required);
  }

  /**
   * The same, but a client that has sent nothing when the time is up is reset ({@link
   * CloseReason#CLIENT_SILENT}), whether anything is looked at or not.
   */
  public InspectionPolicy required() {
    return new InspectionPolicy(maxBytes, timeout, true);
  }

  /** How many bytes are looked at, at most. */
  public int maxBytes() {
    return maxBytes;
  }

  /** How long they are waited for. */
  public Duration timeout() {
    return timeout;
  }

  /** Whether a client has to send something. */
  public boolean isRequired() {
    return required;
  }

  @Override
  public String toString() {
    String text = "up to " + maxBytes + " bytes within " + Durations.brief(timeout);
    return required ? text + ", required" : text;
  }
}
