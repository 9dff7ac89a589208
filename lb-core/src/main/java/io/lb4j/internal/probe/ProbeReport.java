package io.lb4j.internal.probe;

/**
 * What one probe found.
 *
 * @param verdict whether it says anything of the target
 * @param detail what failed, in words; empty when passed
 */
public record ProbeReport(Verdict verdict, String detail) {
  /** What a probe says of its target. */
  public enum Verdict {
    /** The target is fit. */
    PASSED,
    /** The target is not fit. */
    FAILED,
    /** The probe could not be made, for a reason of our own. */
    SKIPPED
  }

  /** The target is fit. */
  public static final ProbeReport PASSED = new ProbeReport(Verdict.PASSED, "");

  /** The target is not fit. */
  public static ProbeReport failed(String detail) {
    return new ProbeReport(Verdict.FAILED, detail);
  }

  /** The probe could not be made. */
  public static ProbeReport skipped(String detail) {
    return new ProbeReport(Verdict.SKIPPED, detail);
  }
}
