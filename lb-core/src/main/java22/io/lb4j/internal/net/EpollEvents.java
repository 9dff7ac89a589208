package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of {@code struct epoll_event}: 32 bits of events, 64 bits of data. On x86-64 it is
 * packed (12 bytes, data at 4), everywhere else aligned (16 bytes, data at 8); which one this
 * system has is found by asking it once.
 */
final class EpollEvents {
  private static final ValueLayout.OfInt BITS = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int PACKED_AT = 4;
  private static final int ALIGNED_AT = 8;
  private static final int ALIGNED_SIZE = 16;
  private final MemorySegment array;
  private final MemorySegment prepared;
  private final int dataAt;
  private final int size;

  EpollEvents(Arena arena, int count, int dataOffset) {
    dataAt = dataOffset;
    size = dataOffset + Long.BYTES;
    array = arena.allocate((long) count * ALIGNED_SIZE, 8);
    prepared = arena.allocate(ALIGNED_SIZE, 8);
  }

  /**
   * Registers an event whose bytes are all different and looks where its data comes back.
   *
   * @throws IOException when the system has no descriptor left
   */
  static int measureDataOffset() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      EpollCalls calls = new EpollCalls(new Errno(arena));
      MemorySegment sent = arena.allocate(ALIGNED_SIZE, Long.BYTES);
      for (int i = 0; i < ALIGNED_SIZE; i++) {
        sent.set(ValueLayout.JAVA_BYTE, i, (byte) i);
      }
      sent.set(BITS, 0, Linux.EPOLLOUT);
      MemorySegment returned = arena.allocate(ALIGNED_SIZE, Long.BYTES);
      int epoll = Errors.check(calls.create(Linux.EPOLL_CLOEXEC));
      int event = calls.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
      int added = calls.control(epoll, Linux.EPOLL_CTL_ADD, event, sent.address());
      int count = calls.await(epoll, returned.address(), 1, 0);
      calls.close(epoll);
      calls.close(Errors.check(event));
      Errors.check(added);
      Errors.check(count);
      return offsetOfData(returned);
    }
  }

  private static int offsetOfData(MemorySegment returned) {
    if (returned.get(ValueLayout.JAVA_BYTE, PACKED_AT) == PACKED_AT) {
      return PACKED_AT;
    }
    if (returned.get(ValueLayout.JAVA_BYTE, ALIGNED_AT) == ALIGNED_AT) {
      return ALIGNED_AT;
    }
    throw new UnsupportedOperationException("struct epoll_event has an unknown shape");
  }

  long address() {
    return array.address();
  }

  int bits(int index) {
    return array.get(BITS, (long) index * size);
  }

  long data(int index) {
    return array.get(DATA, (long) index * size + dataAt);
  }

  /** Fills the one event that is passed to the system. */
  void prepare(int bits, long data) {
    prepared.set(BITS, 0, bits);
    prepared.set(DATA, dataAt, data);
  }

  long preparedAddress() {
    return prepared.address();
  }
}
