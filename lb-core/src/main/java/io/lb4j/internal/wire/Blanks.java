package io.lb4j.internal.wire;

/** Blanks and tabs, which HTTP allows around values; no other white space. */
final class Blanks {
  private Blanks() {}

  static String trim(String text, int start, int end) {
    int first = start;
    int last = end;
    while (first < last && isBlank(text.charAt(first))) {
      first++;
    }
    while (first < last && isBlank(text.charAt(last - 1))) {
      last--;
    }
    return text.substring(first, last);
  }

  static String trim(String text) {
    return trim(text, 0, text.length());
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
