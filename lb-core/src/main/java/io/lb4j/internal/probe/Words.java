package io.lb4j.internal.probe;

/** Makes what a peer or a program said fit for a log: one line, of bounded length. */
final class Words {
  private Words() {}

  /** The text with everything that is no printable character made a dot, cut, no blanks around. */
  static String printable(String text, int longest) {
    StringBuilder fit = new StringBuilder();
    text.strip().codePoints().limit(longest).map(Words::printable).forEach(fit::appendCodePoint);
    return fit.toString().stripTrailing(); // it may have been cut at a blank
  }

  private static int printable(int codePoint) {
    boolean shows =
        switch (Character.getType(codePoint)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
    return shows ? codePoint : '.';
  }
}
