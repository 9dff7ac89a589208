package io.lb4j.internal.probe;

import io.lb4j.internal.wire.ReceivedText;

/** Something that may come in a reply. Immutable; its text names it, as {@code "+PONG"}. */
public interface Expectation {
  /** What a search says as long as there is no match. */
  int NOT_YET = -1;

  /** Begins to look for it in a text of at most so many bytes. */
  Search search(int maxBytes);

  /** Looks for a match in one text that grows. */
  interface Search {
    /**
     * Where the first match ends; {@link #NOT_YET} when there is none.
     *
     * @throws GaveUpException when it would take too much work to know
     */
    int endIn(ReceivedText text) throws GaveUpException;
  }
}
