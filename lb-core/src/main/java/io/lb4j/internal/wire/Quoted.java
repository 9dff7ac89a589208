package io.lb4j.internal.wire;

/** What a peer sent, made fit for a line of a log. */
public final class Quoted {
  private static final int MOST = 60;

  private Quoted() {}

  /**
   * In quotes, at most 60 characters, with {@code \r}, {@code \n} and {@code \xNN} for controls.
   */
  public static String of(CharSequence text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(MOST, text.length()); i++) {
      append(quoted, text.charAt(i));
    }
    return quoted.append(text.length() > MOST ? "...\"" : "\"").toString();
  }

  /** Without quotes and as long as it is, controls as {@link #of} writes them. */
  public static String fit(CharSequence text) {
    StringBuilder fitting = new StringBuilder();
    text.chars().forEach(c -> append(fitting, (char) c));
    return fitting.toString();
  }

  private static void append(StringBuilder quoted, char c) {
    switch (c) {
      case '\r' -> quoted.append("\\r");
      case '\n' -> quoted.append("\\n");
      default -> {
        if (c < ' ' || c > '~') {
          quoted.append(String.format("\\x%02x", (int) c));
        } else {
          quoted.append(c);
        }
      }
    }
  }
}
