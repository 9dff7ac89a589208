package io.lb4j.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What a demonstration has to show, and whether it was seen. */
final class Checklist {
  private final PrintWriter out;
  private final List<String> missed = new ArrayList<>();

  Checklist(PrintWriter out) {
    this.out = out;
  }

  void check(String what, boolean seen) {
    out.println((seen ? "seen: " : "NOT SEEN: ") + what);
    if (!seen) {
      missed.add(what);
    }
  }

  /** Says what is missing; whether nothing is. */
  boolean report() {
    if (missed.isEmpty()) {
      out.println("\nAll of it was seen.");
    } else {
      out.println("\nNot seen:");
      missed.forEach(what -> out.println("  " + what));
    }
    return missed.isEmpty();
  }
}
