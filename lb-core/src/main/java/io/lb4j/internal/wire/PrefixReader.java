package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads what a stream begins with, from all of its bytes so far. For one stream, once.
 *
 * <p>{@link #read} is called again with the same bytes and more, until it says something else than
 * {@link Outcome#NEED_MORE}; what it says then, it says from then on. It leaves the bytes and the
 * buffer's position as they are, remembers how far it came, so that a stream in single bytes costs
 * no more than in one piece, and never throws. What it says after n bytes depends on these n bytes
 * alone, not on how they were split.
 */
public abstract sealed class PrefixReader
    permits HttpHeadReader, ProxyHeaderReader, TlsHelloReader {
  private static final int MAX_LIMIT = 1 << 24;

  private final int limit;
  private Outcome outcome = Outcome.NEED_MORE;
  private String problem = "";
  private int length;

  /** Looks at so many bytes at most; what is not complete by then is malformed. */
  PrefixReader(int limit) {
    this.limit = Checks.range("limit", limit, 1, MAX_LIMIT);
  }

  /**
   * Looks on.
   *
   * @param seen all bytes of the stream so far, from its position to its limit
   */
  public final Outcome read(ByteBuffer seen) {
    if (outcome == Outcome.NEED_MORE) {
      int end = Math.min(seen.remaining(), limit);
      look(seen, end);
      if (outcome == Outcome.NEED_MORE && end == limit) {
        malformed("longer than " + limit + " bytes");
      }
    }
    return outcome;
  }

  /** Looks on at the first {@code end} bytes, and says so if they are enough. */
  abstract void look(ByteBuffer seen, int end);

  /** What {@link #read} said last. */
  public final Outcome outcome() {
    return outcome;
  }

  /** What is wrong, in words; empty unless malformed. */
  public final Optional<String> problem() {
    return outcome == Outcome.MALFORMED ? Optional.of(problem) : Optional.empty();
  }

  /** How many bytes were read, once complete: what follows belongs to something else. */
  public final int length() {
    needs(Outcome.COMPLETE);
    return length;
  }

  final int limit() {
    return limit;
  }

  final void needs(Outcome needed) {
    Checks.state(outcome == needed, "The outcome is " + outcome);
  }

  final void complete(int bytes) {
    outcome = Outcome.COMPLETE;
    length = bytes;
  }

  final void notThis() {
    outcome = Outcome.NOT_THIS;
  }

  final void malformed(String words) {
    outcome = Outcome.MALFORMED;
    problem = words;
  }

  /** The octet at an offset from the beginning of the stream. */
  static int octet(ByteBuffer seen, int at) {
    return seen.get(seen.position() + at) & 0xFF;
  }
}
