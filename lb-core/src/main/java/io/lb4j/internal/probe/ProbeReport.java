package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectFailures;
import java.io.IOException;
import java.util.Optional;

/**
 * What one probe found.
 *
 * @param verdict whether it says anything of the target
 * @param detail what failed, in words; empty when passed
 * @param orders what an agent asked for, only with {@link Verdict#ADVISED}; empty also there when
 *     it was silent
 */
public record ProbeReport(Verdict verdict, String detail, Optional<AgentOrders> orders) {
  /** What a probe says of its target. */
  public enum Verdict {
    /** The target is fit. */
    PASSED,
    /** The target is fit for the flows that it has or that persistence sends, for no others. */
    DRAINING,
    /** The target is not fit. */
    FAILED,
    /** No verdict, but orders of an agent. */
    ADVISED,
    /** The probe could not be made, for a reason of our own. */
    SKIPPED
  }

  /** The target is fit. */
  public static final ProbeReport PASSED = new ProbeReport(Verdict.PASSED, "", Optional.empty());

  /** The target is fit, but wants no new flows. */
  public static ProbeReport draining(String detail) {
    return new ProbeReport(Verdict.DRAINING, detail, Optional.empty());
  }

  /** An agent has spoken. */
  public static ProbeReport advised(AgentOrders orders) {
    return new ProbeReport(Verdict.ADVISED, orders.reason(), Optional.of(orders));
  }

  /** An agent should have spoken and has not. */
  public static ProbeReport silent(String detail) {
    return new ProbeReport(Verdict.ADVISED, detail, Optional.empty());
  }

  /** The target is not fit. */
  public static ProbeReport failed(String detail) {
    return new ProbeReport(Verdict.FAILED, detail, Optional.empty());
  }

  /** There is no way to the target; if that is for want of our own, the probe was not made. */
  static ProbeReport ofConnect(IOException failure) {
    String words = ConnectFailures.describe(failure);
    boolean ours = ConnectFailures.kindOf(failure) == ConnectFailures.Kind.LOCAL;
    return ours ? skipped(words) : failed(words);
  }

  /** The probe could not be made. */
  public static ProbeReport skipped(String detail) {
    return new ProbeReport(Verdict.SKIPPED, detail, Optional.empty());
  }
}
