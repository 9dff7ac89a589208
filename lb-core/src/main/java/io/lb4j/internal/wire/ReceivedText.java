package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that were received, up to a limit, seen as ISO-8859-1: one character for each byte, so that
 * nothing is undecodable.
 */
public final class ReceivedText implements CharSequence {
  private static final int FIRST_BYTES = 512;

  private final int limit;
  private byte[] bytes;
  private int length;

  /** Empty, for at most {@code limit} bytes at a time. */
  public ReceivedText(int limit) {
    this.limit = limit;
    bytes = new byte[Math.min(limit, FIRST_BYTES)];
  }

  /** Takes as many bytes as there is room for; the others stay where they are. */
  public void take(ByteBuffer source) {
    take(source, source.remaining());
  }

  /** Takes at most {@code most} bytes, as many as there is room for. */
  public void take(ByteBuffer source, int most) {
    int count = Math.min(Math.min(source.remaining(), most), limit - length);
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(2 * bytes.length, length + count)));
    }
    source.get(bytes, length, count);
    length += count;
  }

  /** Forgets the first bytes, which makes room. */
  public void forget(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }

  /** Whether there is no room. */
  public boolean isFull() {
    return length == limit;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return (char) (bytes[index] & 0xFF);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
