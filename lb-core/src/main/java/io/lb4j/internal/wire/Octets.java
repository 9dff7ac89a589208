package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads numbers in network order and runs of octets, one after the other, and never too far. */
final class Octets {
  private final ByteBuffer left;

  /** All that the buffer has left; the buffer stays as it is. */
  Octets(ByteBuffer source) {
    left = source.slice();
  }

  boolean isEmpty() {
    return !left.hasRemaining();
  }

  int count() {
    return left.remaining();
  }

  int number8() throws MalformedException {
    need(1);
    return left.get() & 0xFF;
  }

  int number16() throws MalformedException {
    need(2);
    return left.getShort() & 0xFFFF;
  }

  int number32() throws MalformedException {
    need(4);
    return left.getInt();
  }

  /** The next octets, to be read by themselves. */
  Octets next(int count) throws MalformedException {
    need(count);
    Octets next = new Octets(left.slice(left.position(), count));
    left.position(left.position() + count);
    return next;
  }

  /** What a length of one octet stands before. */
  Octets next8() throws MalformedException {
    return next(number8());
  }

  /** What a length of two octets stands before. */
  Octets next16() throws MalformedException {
    return next(number16());
  }

  /** All that is left, as octets. */
  byte[] bytes() {
    byte[] bytes = new byte[left.remaining()];
    left.get(bytes);
    return bytes;
  }

  /** All that is left, one character for each octet. */
  String text() {
    return new String(bytes(), StandardCharsets.ISO_8859_1);
  }

  private void need(int count) throws MalformedException {
    if (left.remaining() < count) {
      throw new MalformedException("cut short: a length points beyond the end");
    }
  }
}
