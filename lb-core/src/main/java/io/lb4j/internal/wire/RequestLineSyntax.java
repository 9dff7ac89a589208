package io.lb4j.internal.wire;

import io.lb4j.internal.wire.HeadSyntax.State;

/**
 * A method, a target and {@code HTTP/1.x}, with one blank between them. So neither HTTP/0.9 nor the
 * preface of HTTP/2 is one, nor a line of a mail or chat protocol.
 */
final class RequestLineSyntax implements HeadSyntax.FirstLine {
  private static final int LONGEST_METHOD = 32;
  private static final String VERSION = "HTTP/1.";

  private enum Part {
    METHOD,
    TARGET,
    VERSION
  }

  private Part part = Part.METHOD;
  private int length; // of the part

  @Override
  public State take(int octet) {
    if (octet == ' ' && length > 0 && part != Part.VERSION) {
      part = part == Part.METHOD ? Part.TARGET : Part.VERSION;
      length = 0;
      return State.FIRST_LINE;
    }
    if (part == Part.VERSION && length == VERSION.length()) {
      return octet >= '0' && octet <= '9' ? State.FIRST_LINE_END : State.NOT_THIS;
    }
    boolean fits =
        switch (part) {
          case METHOD -> length < LONGEST_METHOD && HeadSyntax.isToken(octet);
          case TARGET -> octet > ' ' && octet != 0x7F;
          case VERSION -> octet == VERSION.charAt(length);
        };
    length++;
    return fits ? State.FIRST_LINE : State.NOT_THIS;
  }
}
