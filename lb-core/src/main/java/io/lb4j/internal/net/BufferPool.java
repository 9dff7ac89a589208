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

  /** An empty buffer. */
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private static final int TRAY_PLACE_BYTES = 1024; // more is worth a call of its own
  private static final int LEAST_HELD_BYTES = 512;
  private static final int SCRATCH_BYTES = 16 * 1024;
  private static final long HEAP_SHARE = 16;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private final int deskBytes;
  private final Tray tray;
  private final long heapBudgetBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  private ByteBuffer desk;
  private ByteBuffer scratch;
  private int lent;
  private long heapBytes;
  private boolean exhausted;

  /** Makes the pool; it takes no memory until it is used. */
  public BufferPool() {
    this(DESK_BYTES, TRAY_PLACE_BYTES);
  }

  /** A pool with a desk and places in the tray of other sizes. */
  BufferPool(int deskBytes, int trayPlaceBytes) {
    this.deskBytes = deskBytes;
    tray = new Tray(trayPlaceBytes);
  }

  /**
   * Makes sure that there is a desk, so that a shortage of direct memory shows before a flow
   * depends on it.
   */
  public void prepare() {
    if (desk == null) {
      if (scratch == null) {
        scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
      }
      desk = ByteBuffer.allocateDirect(deskBytes);
      tray.prepare(); // last: without it a loop serves as well
    }
  }

  /** Where small payloads lie until the end of the turn. */
  Tray tray() {
    return tray;
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
    return copyOf(rest);
  }

  /** Keeps a copy of what could not be written; it must be given back to {@link #release}. */
  ByteBuffer copyOf(ByteBuffer rest) {
    ByteBuffer copy = ByteBuffer.allocate(rest.remaining()).put(rest).flip();
    heapBytes += copy.capacity();
    return copy;
  }

  /**
   * Keeps bytes that are to be looked at as a whole.
   *
   * @param held what was kept before, as {@link #append} gave it; null at first
   * @param more the desk, with the bytes to add between position and limit
   * @param mostBytes how many there may be in the end
   * @return a buffer with all of them; it must be given back to {@link #release}
   */
  ByteBuffer append(ByteBuffer held, ByteBuffer more, int mostBytes) {
    int needed = (held == null ? 0 : held.limit()) + more.remaining();
    ByteBuffer all = held;
    if (held == null || needed > held.capacity()) {
      int roomy = Math.max(needed + needed / 2, LEAST_HELD_BYTES);
      all = ByteBuffer.allocate(Math.max(needed, Math.min(roomy, mostBytes)));
      heapBytes += all.capacity();
      all.limit(needed);
      if (held != null) {
        all.put(0, held, 0, held.limit()).position(held.position());
        release(held);
      }
    }
    int end = needed - more.remaining();
    all.limit(needed).put(end, more, more.position(), more.remaining());
    return all;
  }

  /** Puts bytes of ours before those that are held, which may be null; the result is as theirs. */
  ByteBuffer prepend(ByteBuffer ours, ByteBuffer held) {
    int rest = held == null ? 0 : held.remaining();
    ByteBuffer all = ByteBuffer.allocate(ours.remaining() + rest);
    heapBytes += all.capacity();
    all.put(ours.duplicate());
    if (held != null) {
      all.put(held);
      release(held);
    }
    return all.flip();
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

  /** How many bytes are kept on the heap. */
  long held() {
    return heapBytes;
  }

  /** How many desks are out. */
  int lent() {
    return lent;
  }
}
