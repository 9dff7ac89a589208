package io.lb4j.internal.wire;

import io.lb4j.internal.wire.HeadSyntax.State;

/** {@code HTTP/1.x}, a blank and a status of three digits; a reason may follow. */
final class StatusLineSyntax implements HeadSyntax.FirstLine {
  /** As it has to be; a 9 stands for any digit. */
  private static final String SHAPE = "HTTP/1.9 999";

  private static final int STATUS_AT = SHAPE.lastIndexOf(' ');

  private int at;
  private int status;

  @Override
  public State take(int octet) {
    char shape = SHAPE.charAt(at);
    boolean digit = octet >= '0' && octet <= '9';
    if (shape == '9' ? !digit : octet != shape) {
      return State.NOT_THIS;
    }
    if (at > STATUS_AT) {
      status = 10 * status + octet - '0';
    }
    at++;
    return at == SHAPE.length() ? State.FIRST_LINE_END_OR_BLANK : State.FIRST_LINE;
  }

  /** Whether another head follows; 101 is final, as nothing follows that is HTTP. */
  boolean isInterim() {
    return status / 100 == 1 && status != 101;
  }
}
