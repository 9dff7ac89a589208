package io.lb4j.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** Bytes to send, and a digest to compare them by. */
public final class Data {
  private final byte[] bytes;

  private Data(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A text. */
  public static Data of(String text) {
    return new Data(text.getBytes(StandardCharsets.UTF_8));
  }

  /** These bytes. */
  public static Data of(byte[] bytes) {
    return new Data(bytes.clone());
  }

  /** Bytes that a seed alone decides. */
  public static Data random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return new Data(bytes);
  }

  /** Digests bytes as they come. */
  public static final class Digester {
    private final CRC32C crc = new CRC32C();
    private long length;

    /** Takes in what remains of a buffer. */
    public void add(ByteBuffer bytes) {
      length += bytes.remaining();
      crc.update(bytes);
    }

    /** What has been taken in so far. */
    public String digest() {
      return Data.digest(length, crc);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many they are. */
  public int length() {
    return bytes.length;
  }

  /** What a receiver of exactly these bytes, in this order, reports. */
  public String digest() {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return digest(bytes.length, crc);
  }

  /** What a receiver of the first so many of these bytes reports. */
  public String digestOfFirst(long length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, Math.toIntExact(length));
    return digest(length, crc);
  }

  /** Some of these bytes. */
  public Data part(int offset, int length) {
    return new Data(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  static String digest(long length, CRC32C crc) {
    return length + " B, crc " + Long.toHexString(crc.getValue());
  }
}
