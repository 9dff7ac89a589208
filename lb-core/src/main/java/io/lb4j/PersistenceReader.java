package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads exported records into a table, line by line; what it cannot use it reports. */
final class PersistenceReader {
  private static final int MAX_LINE = 16_384;
  private static final int MAX_REASONS = 100;
  private static final long MAX_MILLIS = TimeUnit.DAYS.toMillis(3650);

  private final Pool pool;
  private final PersistenceEntries entries;
  private final Map<String, PoolMember> members = new HashMap<>(); // by address as written
  private final List<String> reasons = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private int taken;
  private int leftOut;

  PersistenceReader(Pool pool, PersistenceEntries entries) {
    this.pool = pool;
    this.entries = entries;
  }

  PersistenceImport read(Reader in) throws IOException {
    BufferedReader buffered = new BufferedReader(in);
    if (!readLine(buffered) || !line.toString().equals(PersistenceText.HEADING)) {
      throw new IOException("records do not begin with the line " + PersistenceText.HEADING);
    }
    for (int number = 2; readLine(buffered); number++) {
      try {
        take(line.toString());
        taken++;
      } catch (IllegalArgumentException wrong) {
        leaveOut(number, wrong.getMessage());
      }
    }
    return new PersistenceImport(taken, leftOut, reasons);
  }

  /** Reads a line, of a long one no more than shows that it is too long; false at the end. */
  private boolean readLine(Reader in) throws IOException {
    line.setLength(0);
    int c = in.read();
    boolean any = c >= 0;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() <= MAX_LINE) {
        line.append((char) c);
      }
    }
    return any;
  }

  private void take(String text) {
    Checks.range("line length", text.length(), 1, MAX_LINE);
    String[] words = text.split(" ", -1);
    if (words.length != 3) {
      throw Checks.bad("line", words.length + " words", "KEY MILLISECONDS ADDRESS");
    }
    FlowKey key = PersistenceText.key(words[0]);
    long millis = PersistenceText.number("milliseconds", words[1], MAX_MILLIS);
    PoolMember member = members.get(words[2]);
    if (member == null) {
      member = member(words[2]);
      members.put(words[2], member);
    }
    entries.putIfFresher(key, member, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private PoolMember member(String text) {
    ServiceAddress address = PersistenceText.address(text);
    return pool.findMember(address)
        .orElseThrow(() -> Checks.bad("member", address, "a member of pool " + pool.name()));
  }

  private void leaveOut(int number, String reason) {
    leftOut++;
    if (reasons.size() < MAX_REASONS) {
      reasons.add("line " + number + ": " + reason);
    }
  }
}
