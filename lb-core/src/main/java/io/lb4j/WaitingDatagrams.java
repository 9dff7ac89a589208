package io.lb4j;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The datagrams of one session that waits for its member. How many bytes wait at a loop is bounded
 * for all its sessions together.
 */
final class WaitingDatagrams {
  private static final int MOST_DATAGRAMS = 8;
  private static final int MOST_BYTES_OF_LOOP = 4 << 20;

  /** The bytes that wait at one loop. */
  static final class Budget {
    private int bytes;

    private boolean hasRoomFor(int count) {
      return count <= MOST_BYTES_OF_LOOP - bytes;
    }
  }

  private final Budget budget;
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>(2);

  WaitingDatagrams(Budget budget) {
    this.budget = budget;
  }

  /** Keeps a copy, if there is room; whether there was. */
  boolean add(ByteBuffer payload) {
    int bytes = payload.remaining();
    if (waiting.size() == MOST_DATAGRAMS || !budget.hasRoomFor(bytes)) {
      return false;
    }
    waiting.add(ByteBuffer.allocate(bytes).put(payload.duplicate()).flip());
    budget.bytes += bytes; // last: for the rest there may be no memory
    return true;
  }

  /** Puts one back that was the first. */
  void putBack(ByteBuffer first) {
    waiting.addFirst(first);
    budget.bytes += first.remaining();
  }

  /** The first, which is the caller's now; null if none waits. */
  ByteBuffer poll() {
    ByteBuffer first = waiting.poll();
    budget.bytes -= first == null ? 0 : first.remaining();
    return first;
  }

  int size() {
    return waiting.size();
  }
}
