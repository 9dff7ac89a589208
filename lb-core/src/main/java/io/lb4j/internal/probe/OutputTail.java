package io.lb4j.internal.probe;

import java.nio.charset.StandardCharsets;

/** The last bytes of what a program prints; earlier ones are forgotten. */
final class OutputTail {
  private static final int LONGEST_LINE = 200;

  private final byte[] ring;
  private long written;

  OutputTail(int budget) {
    ring = new byte[budget];
  }

  void add(byte[] bytes, int count) {
    for (int i = Math.max(0, count - ring.length); i < count; i++) {
      ring[(int) ((written + i) % ring.length)] = bytes[i];
    }
    written += count;
  }

  /** The last line with something in it, fit for a log; empty if there is none. */
  String lastLine() {
    int kept = (int) Math.min(written, ring.length);
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = ring[(int) ((written - kept + i) % ring.length)];
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    String line = text.substring(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
    return Words.printable(line, LONGEST_LINE);
  }
}
