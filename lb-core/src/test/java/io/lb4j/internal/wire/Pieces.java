package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives a reader the same bytes in all kinds of pieces and holds it to what all readers promise.
 */
final class Pieces {
  private static final byte JUNK = (byte) 0xA5;
  private static final int EVERY_LENGTH_UP_TO = 100;
  private static final int START = 5;

  private Pieces() {}

  /**
   * Reads the beginning of a stream whole and in pieces.
   *
   * @param seen everything that can be seen of a complete reader
   * @return the reader of the whole
   */
  static <R extends PrefixReader> R read(Supplier<R> readers, byte[] bytes, Function<R, ?> seen) {
    ByteBuffer heap = surrounded(bytes, ByteBuffer.allocate(bytes.length + 16));
    R whole = readers.get();
    whole.read(first(heap, bytes.length));
    String expected = describe(whole, seen);
    holds(whole.outcome() != Outcome.COMPLETE || whole.length() <= bytes.length);

    assertThat(describe(inSingleBytes(readers, heap, bytes.length), seen)).isEqualTo(expected);
    ByteBuffer direct = surrounded(bytes, ByteBuffer.allocateDirect(bytes.length + 16));
    for (int seed = 0; seed < 2; seed++) {
      R pieces = readers.get();
      Random random = new Random(seed);
      for (int end = 0; end < bytes.length; ) {
        end = Math.min(bytes.length, end + 1 + random.nextInt(20));
        pieces.read(first(random.nextBoolean() ? heap : direct, end));
      }
      assertThat(describe(pieces, seen)).isEqualTo(expected);
    }
    return whole;
  }

  /** What is said of a part is the same whether the part came whole, and does not change later. */
  private static <R extends PrefixReader> R inSingleBytes(
      Supplier<R> readers, ByteBuffer buffer, int count) {
    R reader = readers.get();
    Outcome before = reader.read(ByteBuffer.allocate(0));
    for (int end = 1; end <= count; end++) {
      ByteBuffer part = first(buffer, end);
      Outcome now = reader.read(part);
      holds(before == Outcome.NEED_MORE || now == before);
      holds(part.position() == START && part.remaining() == end);
      holds(end > EVERY_LENGTH_UP_TO || readers.get().read(part) == now);
      before = now;
    }
    return reader;
  }

  private static void holds(boolean condition) {
    if (!condition) {
      throw new AssertionError("Not as promised");
    }
  }

  private static <R extends PrefixReader> String describe(R reader, Function<R, ?> seen) {
    return reader.outcome() == Outcome.COMPLETE
        ? reader.length() + " " + seen.apply(reader)
        : reader.outcome() + reader.problem().orElse("");
  }

  /** In the middle of a buffer whose other bytes are not to be seen. */
  private static ByteBuffer surrounded(byte[] bytes, ByteBuffer buffer) {
    for (int at = 0; at < buffer.limit(); at++) {
      buffer.put(at, JUNK);
    }
    return buffer.put(START, bytes);
  }

  private static ByteBuffer first(ByteBuffer surrounded, int count) {
    return surrounded.asReadOnlyBuffer().position(START).limit(START + count);
  }
}
