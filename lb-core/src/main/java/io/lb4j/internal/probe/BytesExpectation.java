package io.lb4j.internal.probe;

import io.lb4j.internal.wire.ReceivedText;

/**
 * Certain bytes in a row.
 *
 * @param bytes one character for each, as in ISO-8859-1; not empty
 * @param words how it is called in a failure
 */
public record BytesExpectation(String bytes, String words) implements Expectation {
  @Override
  public Search search(int maxBytes) {
    return new Search() {
      private int from; // earlier no match begins

      @Override
      public int endIn(ReceivedText text) {
        for (; from <= text.length() - bytes.length(); from++) {
          if (beginsAt(text, from)) {
            return from + bytes.length();
          }
        }
        return NOT_YET;
      }
    };
  }

  private boolean beginsAt(ReceivedText text, int at) {
    for (int i = 0; i < bytes.length(); i++) {
      if (text.charAt(at + i) != bytes.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return words;
  }
}
