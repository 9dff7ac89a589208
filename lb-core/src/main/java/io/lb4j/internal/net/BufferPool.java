package io.lb4j.internal.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one loop. All flows read into one large direct buffer, the desk; an idle flow
 * holds none. What a slow peer does not take stays where it was read: the desk itself is lent to
 * the flow and a fresh one takes its place, so that nothing is copied. When {@value #MAX_LENT}
 * desks are out, the rest is copied to a heap buffer of its exact size, which keeps direct memory
 * bounded however many peers are slow.
 */
public final class BufferPool {
  static final int DESK_BYTES = 128 * 1024;
  static final int MAX_LENT = 32;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private ByteBuffer desk;
  private int lent;

  /**
   * Makes sure that there is a desk, so that a shortage of direct memory shows before a flow
   * depends on it.
   */
  public void prepare() {
    if (desk == null) {
      desk = ByteBuffer.allocateDirect(DESK_BYTES);
    }
  }

  /** The desk, empty. It is good until the next call. */
  ByteBuffer desk() {
    prepare();
    return desk.clear();
  }

  /**
   * Keeps what could not be written.
   *
   * @param rest the desk, with the bytes to keep between position and limit
   * @return a buffer with those bytes; it must be given back to {@link #release}
   */
  ByteBuffer keep(ByteBuffer rest) {
    if (lent < MAX_LENT) {
      ByteBuffer fresh = freshDesk();
      if (fresh != null) {
        desk = fresh;
        lent++;
        return rest;
      }
    }
    return ByteBuffer.allocate(rest.remaining()).put(rest).flip();
  }

  private ByteBuffer freshDesk() {
    ByteBuffer fresh = free.pollFirst();
    if (fresh != null) {
      return fresh;
    }
    try {
      return ByteBuffer.allocateDirect(DESK_BYTES);
    } catch (OutOfMemoryError noDirectMemory) {
      return null;
    }
  }

  /** Takes back a buffer that {@link #keep} gave out. */
  void release(ByteBuffer kept) {
    if (kept.isDirect()) {
      lent--;
      free.addFirst(kept);
    }
  }

  /** How many desks are out. */
  int lent() {
    return lent;
  }
}
