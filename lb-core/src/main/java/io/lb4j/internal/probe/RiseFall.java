package io.lb4j.internal.probe;

/**
 * Whether something is up, judged from a row of probe results as HAProxy's {@code check.c} does it:
 * one counter from 0 to {@code rise + fall - 1}, up from {@code rise} on. A passed probe adds one,
 * and on reaching {@code rise} jumps to the top; a failed one takes one off, and on falling below
 * {@code rise} drops to 0. So it takes {@code fall} failures in a row to go down and {@code rise}
 * passes in a row to come back. The first result decides at once.
 *
 * @param rise passes in a row that bring it up
 * @param fall failures in a row that bring it down
 * @param counter 0..rise+fall-1
 * @param known whether there was any result
 */
public record RiseFall(int rise, int fall, int counter, boolean known) {
  /** Checks that the counter is in its range. */
  public RiseFall {
    if (rise < 1 || fall < 1 || counter < 0 || counter > rise + fall - 1) {
      throw new IllegalArgumentException(
          "counter " + counter + ", rise " + rise + ", fall " + fall);
    }
  }

  /** Before the first result. */
  public static RiseFall unknown(int rise, int fall) {
    return new RiseFall(rise, fall, 0, false);
  }

  /** The state after one more result. */
  public RiseFall after(boolean passed) {
    return new RiseFall(rise, fall, passed ? counterAfterPass() : counterAfterFailure(), true);
  }

  private int counterAfterPass() {
    return !known || counter + 1 >= rise ? rise + fall - 1 : counter + 1;
  }

  private int counterAfterFailure() {
    return counter - 1 < rise ? 0 : counter - 1;
  }

  /** Whether it is up; false before the first result. */
  public boolean up() {
    return known && counter >= rise;
  }

  /** Whether a further result of the same kind would change nothing; false before the first. */
  public boolean settled() {
    return known && (counter == 0 || counter == rise + fall - 1);
  }

  /** Whether this state is worth telling after an earlier one: the first result, or a change. */
  public boolean flippedFrom(RiseFall earlier) {
    return !earlier.known || earlier.up() != up();
  }
}
