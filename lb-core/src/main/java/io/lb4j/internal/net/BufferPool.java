package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one loop. All flows read into one large direct buffer, the desk; an idle flow
 * holds none. What a slow peer does not take stays where it was read: the desk itself is lent to
 * the flow and a fresh one takes its place, so that nothing is copied. When {@value #MAX_LENT}
 * desks are out, the rest is copied to a heap buffer of its exact size, which keeps direct memory
 * bounded however many peers are slow. When such copies take more than a sixteenth of the heap,
 * reads become small ({@value #SMALL_READ_BYTES} bytes), and so do further copies.
 */
public final class BufferPool {
  static final int DESK_BYTES = 128 * 1024;
  static final int MAX_LENT = 16;
  static final int SMALL_READ_BYTES = 4 * 1024;
  private static final int SCRATCH_BYTES = 16 * 1024;
  private static final long HEAP_SHARE = 16;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private final int deskBytes;
  private final long heapBudgetBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  private ByteBuffer desk;
  private ByteBuffer scratch;
  private int lent;
  private long heapBytes;
  private boolean exhausted;

  /** Makes the pool; it takes no memory until it is used. */
  public BufferPool() {
    this(DESK_BYTES);
  }

  /** A pool with desks of another size. */
  BufferPool(int deskBytes) {
    this.deskBytes = deskBytes;
  }

  /**
   * Makes sure that there is a desk, so that a shortage of direct memory shows before a flow
   * depends on it.
   */
  public void prepare() {
    if (desk == null) {
      scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
      desk = ByteBuffer.allocateDirect(deskBytes);
    }
  }

  /** The desk, empty. It is good until the next call. */
  public ByteBuffer desk() {
    prepare();
    desk.clear();
    return heapBytes > heapBudgetBytes ? desk.limit(SMALL_READ_BYTES) : desk;
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
    heapBytes += rest.remaining();
    return ByteBuffer.allocate(rest.remaining()).put(rest).flip();
  }

  /**
   * Writes from a kept buffer. The system takes bytes from direct memory only: what is on the heap
   * goes through a small buffer of our own, so that the JDK need not find one when direct memory is
   * short.
   */
  public int write(StreamSocket sink, ByteBuffer kept) throws IOException {
    if (kept.isDirect()) {
      return sink.write(kept);
    }
    int count = Math.min(kept.remaining(), scratch.capacity());
    scratch.clear().put(kept.slice(kept.position(), count)).flip();
    int written = sink.write(scratch);
    kept.position(kept.position() + written);
    return written;
  }

  private ByteBuffer freshDesk() {
    ByteBuffer fresh = free.pollFirst();
    if (fresh != null) {
      return fresh;
    }
    if (exhausted) {
      return null; // to ask again would cost the loop half a second each time, until a desk is back
    }
    try {
      return ByteBuffer.allocateDirect(deskBytes);
    } catch (OutOfMemoryError noDirectMemory) {
      exhausted = true;
      return null;
    }
  }

  /** Takes back a buffer that {@link #keep} gave out. */
  void release(ByteBuffer kept) {
    if (kept.isDirect()) {
      lent--;
      exhausted = false;
      free.addFirst(kept);
    } else {
      heapBytes -= kept.capacity();
    }
  }

  /** How many desks are out. */
  int lent() {
    return lent;
  }
}
