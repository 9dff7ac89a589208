package io.lb4j;

import io.lb4j.internal.util.Checks;

/**
 * What one probe of a member found.
 *
 * @param passed whether the member is fit for flows
 * @param detail what failed, in words; empty when passed
 */
public record ProbeResult(boolean passed, String detail) {
  private static final ProbeResult PASSED = new ProbeResult(true, "");

  /** Checks that there is a detail, if only an empty one. */
  public ProbeResult {
    Checks.present("detail", detail);
  }

  /** The member answered as it should. */
  public static ProbeResult pass() {
    return PASSED;
  }

  /** The member did not answer as it should. */
  public static ProbeResult fail(String detail) {
    return new ProbeResult(false, Checks.present("detail", detail));
  }
}
