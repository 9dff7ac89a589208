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
  private static final int EVERY_LENGTH_UP_TO = 300;

  private Pieces() {}

  /**
   * Reads the beginning of a stream whole and in pieces.
   *
   * @param seen everything that can be seen of a complete reader
   * @return the reader of the whole
   */
  static <R extends PrefixReader> R read(Supplier<R> readers, byte[] bytes, Function<R, ?> seen) {
    R whole = readers.get();
    whole.read(surrounded(bytes, bytes.length, false));
    String expected = describe(whole, seen);
    assertThat(whole.outcome() != Outcome.COMPLETE || whole.length() <= bytes.length).isTrue();

    assertThat(describe(inSingleBytes(readers, bytes), seen)).isEqualTo(expected);
    for (int seed = 0; seed < 3; seed++) {
      R pieces = readers.get();
      Random random = new Random(seed);
      for (int end = 0; end < bytes.length; ) {
        end = Math.min(bytes.length, end + 1 + random.nextInt(20));
        pieces.read(surrounded(bytes, end, random.nextBoolean()));
      }
      assertThat(describe(pieces, seen)).isEqualTo(expected);
    }
    return whole;
  }

  /** What is said of a part is the same whether the part came whole, and does not change later. */
  private static <R extends PrefixReader> R inSingleBytes(Supplier<R> readers, byte[] bytes) {
    R reader = readers.get();
    Outcome before = reader.read(ByteBuffer.allocate(0));
    for (int end = 1; end <= bytes.length; end++) {
      Outcome now = reader.read(surrounded(bytes, end, false));
      assertThat(before == Outcome.NEED_MORE || now == before).isTrue();
      before = now;
      if (bytes.length <= EVERY_LENGTH_UP_TO) {
        assertThat(readers.get().read(surrounded(bytes, end, false))).isEqualTo(now);
      }
    }
    return reader;
  }

  private static <R extends PrefixReader> String describe(R reader, Function<R, ?> seen) {
    return reader.outcome() == Outcome.COMPLETE
        ? reader.length() + " " + seen.apply(reader)
        : reader.outcome() + reader.problem().orElse("");
  }

  /** In the middle of a buffer whose other bytes are not to be seen. */
  private static ByteBuffer surrounded(byte[] bytes, int end, boolean direct) {
    ByteBuffer buffer =
        direct ? ByteBuffer.allocateDirect(end + 16) : ByteBuffer.allocate(end + 16);
    while (buffer.hasRemaining()) {
      buffer.put(JUNK);
    }
    return buffer.put(5, bytes, 0, end).position(5).limit(5 + end).asReadOnlyBuffer();
  }
}
