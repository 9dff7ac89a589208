package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * An io_uring of the system's (io_uring(7)): a ring of requests and one of completions in memory
 * that is shared with it. Used for sends that never block, all of which are complete when {@link
 * #submit} returns.
 *
 * <p>Requests that were not taken stay nowhere: the next ones take their places.
 */
final class Ring {
  /** How many requests there may be at a time: a power of two. */
  static final int ENTRIES = Tray.PLACES;

  // struct io_uring_params, with a struct io_sqring_offsets and a struct io_cqring_offsets
  static final int FLAGS_AT = 8;
  static final int SQ_HEAD_AT = 40;
  static final int SQ_TAIL_AT = 44;
  static final int SQ_MASK_AT = 48;
  static final int SQ_ARRAY_AT = 64;
  static final int CQ_HEAD_AT = 80;
  static final int CQ_TAIL_AT = 84;
  static final int CQ_MASK_AT = 88;
  static final int CQ_ENTRIES_AT = 92;
  static final int CQ_CQES_AT = 100;
  static final int PARAMS_BYTES = 120;

  // struct io_uring_sqe
  static final int OPCODE_AT = 0;
  static final int FD_AT = 4;
  static final int ADDR_AT = 16;
  static final int LEN_AT = 24;
  static final int MSG_FLAGS_AT = 28;
  static final int USER_DATA_AT = 32;
  static final int SQE_BYTES = 64;

  // struct io_uring_cqe
  static final int RES_AT = 8;
  static final int CQE_BYTES = 16;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle SHARED_INT = INT.varHandle();

  private final RingCalls calls;
  private final int descriptor;
  private final MemorySegment rings;
  private final MemorySegment requests;
  private final long sqHead;
  private final long sqTail;
  private final int sqMask;
  private final long cqHead;
  private final long cqTail;
  private final int cqMask;
  private final long completions;
  private int first; // the number of the first request of this batch
  private int added;

  private Ring(
      RingCalls calls,
      int descriptor,
      MemorySegment parameters,
      MemorySegment rings,
      MemorySegment requests) {
    this.calls = calls;
    this.descriptor = descriptor;
    this.rings = rings;
    this.requests = requests;
    sqHead = parameters.get(INT, SQ_HEAD_AT);
    sqTail = parameters.get(INT, SQ_TAIL_AT);
    sqMask = rings.get(INT, parameters.get(INT, SQ_MASK_AT));
    cqHead = parameters.get(INT, CQ_HEAD_AT);
    cqTail = parameters.get(INT, CQ_TAIL_AT);
    cqMask = rings.get(INT, parameters.get(INT, CQ_MASK_AT));
    completions = parameters.get(INT, CQ_CQES_AT);
    long order = parameters.get(INT, SQ_ARRAY_AT);
    for (int i = 0; i < ENTRIES; i++) {
      rings.set(INT, order + (long) i * Integer.BYTES, i);
      long request = (long) i * SQE_BYTES;
      requests.set(ValueLayout.JAVA_BYTE, request + OPCODE_AT, (byte) Linux.IORING_OP_SEND);
      requests.set(INT, request + MSG_FLAGS_AT, Linux.MSG_NOSIGNAL | Linux.MSG_DONTWAIT);
    }
  }

  /**
   * Asks the system for one that can be used.
   *
   * @throws IOException when it gives none: it is too old, it must not, or something has run out;
   *     the message names the call
   */
  static Ring open(Libc libc) throws IOException {
    return open(libc, libc.rings);
  }

  /** The same by calls of the caller's. */
  static Ring open(Libc libc, RingCalls calls) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(PARAMS_BYTES, Long.BYTES);
      parameters.set(INT, FLAGS_AT, Linux.IORING_SETUP_SUBMIT_ALL);
      int descriptor = (int) check("io_uring_setup", calls.setup(ENTRIES, parameters.address()));
      long orderBytes = parameters.get(INT, SQ_ARRAY_AT) + (long) ENTRIES * Integer.BYTES;
      long resultBytes =
          parameters.get(INT, CQ_CQES_AT) + (long) parameters.get(INT, CQ_ENTRIES_AT) * CQE_BYTES;
      MemorySegment rings = MemorySegment.NULL;
      MemorySegment requests = MemorySegment.NULL;
      try {
        rings = map(calls, descriptor, Math.max(orderBytes, resultBytes), Linux.IORING_OFF_SQ_RING);
        requests = map(calls, descriptor, (long) ENTRIES * SQE_BYTES, Linux.IORING_OFF_SQES);
        return new Ring(calls, descriptor, parameters, rings, requests);
      } catch (Throwable failure) {
        giveBack(libc, descriptor, rings, requests);
        throw failure;
      }
    }
  }

  /** Every step, whatever the others come to: a mapping alone keeps the whole ring. */
  private static void giveBack(
      Libc libc, int descriptor, MemorySegment rings, MemorySegment requests) {
    try {
      unmap(libc.rings, requests);
    } finally {
      try {
        unmap(libc.rings, rings);
      } finally {
        libc.close(descriptor);
      }
    }
  }

  private static long check(String call, long result) throws IOException {
    if (result < 0) {
      String reason =
          result == -Linux.EINVAL ? "older than Linux 5.18" : Libc.message((int) -result);
      throw new IOException(call + ": " + reason);
    }
    return result;
  }

  private static MemorySegment map(RingCalls calls, int descriptor, long bytes, long offset)
      throws IOException {
    long address = check("mmap", calls.map(bytes, descriptor, offset));
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private static void unmap(RingCalls calls, MemorySegment mapped) {
    if (mapped.byteSize() > 0) {
      calls.unmap(mapped.address(), mapped.byteSize());
    }
  }

  /** Begins anew: what was added and not submitted is forgotten. */
  void begin() {
    first = (int) SHARED_INT.getAcquire(rings, sqHead);
    added = 0;
  }

  /**
   * Adds a request to send.
   *
   * @param mark what its completion is known by
   */
  void addSend(int socket, long address, int length, long mark) {
    long request = (long) (first + added & sqMask) * SQE_BYTES;
    requests.set(INT, request + FD_AT, socket);
    requests.set(LONG, request + ADDR_AT, address);
    requests.set(INT, request + LEN_AT, length);
    requests.set(LONG, request + USER_DATA_AT, mark);
    added++;
  }

  /**
   * Has the system do what was added, and waits for the completions.
   *
   * @return how many requests it took: the first ones
   * @throws IllegalStateException when nobody can tell what became of them
   */
  int submit() {
    SHARED_INT.setRelease(rings, sqTail, first + added);
    calls.submit(descriptor, added);
    int taken = (int) SHARED_INT.getAcquire(rings, sqHead) - first;
    SHARED_INT.setRelease(rings, sqTail, first + taken);
    while (completed() < taken) { // which no send leaves to do that does not block
      int result = calls.await(descriptor, taken);
      if (result < 0 && result != -Linux.EINTR) {
        throw new IllegalStateException("io_uring does not end: " + Libc.message(-result));
      }
    }
    return taken;
  }

  /** Why nothing was taken: a negative error number, or 0 if that was a passing shortage. */
  int refusal() {
    int result = calls.await(descriptor, 0);
    return Errors.isRefusal(result) ? result : 0;
  }

  /** How many completions there are. */
  int completed() {
    return (int) SHARED_INT.getAcquire(rings, cqTail) - (int) SHARED_INT.get(rings, cqHead);
  }

  /** Whose completion this is, counted from 0. */
  long mark(int index) {
    return rings.get(LONG, completion(index));
  }

  /** What its call returned, or the negative error number. */
  int result(int index) {
    return rings.get(INT, completion(index) + RES_AT);
  }

  private long completion(int index) {
    int head = (int) SHARED_INT.get(rings, cqHead);
    return completions + (long) (head + index & cqMask) * CQE_BYTES;
  }

  /** Makes room for the next completions. */
  void forget(int count) {
    SHARED_INT.setRelease(rings, cqHead, (int) SHARED_INT.get(rings, cqHead) + count);
  }

  /** Gives it back; to be called once. */
  void close(Libc libc) {
    giveBack(libc, descriptor, rings, requests);
  }
}
