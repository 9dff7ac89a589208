package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Cuts lines that end with LF or CRLF from bytes as they come, up to a limit in all. */
final class LineReader {
  private final StringBuilder line = new StringBuilder();
  private int left;

  LineReader(int limit) {
    left = limit;
  }

  /** Allows so many bytes from now on. */
  void allow(int limit) {
    left = limit;
  }

  /** The next line without its end; empty when it is not complete. */
  Optional<String> read(ByteBuffer in) {
    while (in.hasRemaining() && left > 0) {
      char c = (char) (in.get() & 0xFF);
      left--;
      if (c == '\n') {
        return Optional.of(cut());
      }
      line.append(c);
    }
    return Optional.empty();
  }

  private String cut() {
    int end = line.length();
    String complete = line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    line.setLength(0);
    return complete;
  }

  /** Whether the limit is used up. */
  boolean isSpent() {
    return left == 0;
  }
}
