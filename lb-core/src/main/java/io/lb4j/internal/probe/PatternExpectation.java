package io.lb4j.internal.probe;

import io.lb4j.internal.wire.ReceivedText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A match of a regular expression, tried anew each time that bytes have come. A pattern can take
 * time that is exponential in the length of the text ({@code (a+)+b}), which must not hold up the
 * loop. So each search has a number of looks at a character, and gives up when they are used up.
 * Patterns that recurse too deeply for the stack end likewise.
 */
public record PatternExpectation(Pattern pattern) implements Expectation {
  private static final int LEAST_LOOKS = 1 << 20;
  private static final int LOOKS_PER_BYTE = 64;

  @Override
  public Search search(int maxBytes) {
    return new Search() {
      private int looksLeft = Math.max(LEAST_LOOKS, LOOKS_PER_BYTE * maxBytes);

      @Override
      public int endIn(ReceivedText text) throws GaveUpException {
        Looked looked = new Looked(text, looksLeft);
        try {
          Matcher matcher = pattern.matcher(looked);
          return matcher.find() ? matcher.end() : NOT_YET;
        } catch (TooManyLooks | StackOverflowError tooMuch) {
          throw new GaveUpException("gave up: " + PatternExpectation.this + " is too costly");
        } finally {
          looksLeft = looked.left;
        }
      }
    };
  }

  @Override
  public String toString() {
    return "/" + pattern + "/";
  }

  /** Out of looks; thrown through the JDK's matcher, which has no other way to be stopped. */
  private static final class TooManyLooks extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyLooks() {
      super("too many looks", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private static final class Looked implements CharSequence {
    private final CharSequence text;
    private int left;

    Looked(CharSequence text, int left) {
      this.text = text;
      this.left = left;
    }

    @Override
    public char charAt(int index) {
      if (left == 0) {
        throw new TooManyLooks();
      }
      left--;
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
