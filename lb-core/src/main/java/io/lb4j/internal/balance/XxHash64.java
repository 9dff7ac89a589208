package io.lb4j.internal.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH64, the 64-bit hash of the xxHash family (Yann Collet, "xxHash fast digest algorithm", version
 * 0.1.1 of the specification). Not for secrets: who chooses the keys can make them collide.
 */
public final class XxHash64 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  private XxHash64() {}

  /** The hash of any octets. */
  public static long hash(byte[] octets, long seed) {
    int at = 0;
    long hash = seed + PRIME_5;
    if (octets.length >= STRIPE) {
      at = octets.length / STRIPE * STRIPE;
      hash = stripes(octets, at, seed);
    }
    hash += octets.length;
    for (; at + Long.BYTES <= octets.length; at += Long.BYTES) {
      hash = withLong(hash, (long) LONG.get(octets, at));
    }
    if (at + Integer.BYTES <= octets.length) {
      hash = withInt(hash, (int) INT.get(octets, at));
      at += Integer.BYTES;
    }
    for (; at < octets.length; at++) {
      hash = Long.rotateLeft(hash ^ (octets[at] & 0xff) * PRIME_5, 11) * PRIME_1;
    }
    return avalanche(hash);
  }

  /** The hash of 4 octets in network order, without an array; seed 0. */
  public static long ofInt(int networkOrder) {
    return avalanche(withInt(PRIME_5 + Integer.BYTES, Integer.reverseBytes(networkOrder)));
  }

  /** The hash of 16 octets in network order, without an array; seed 0. */
  public static long ofLongs(long first, long second) {
    long hash = withLong(PRIME_5 + 2 * Long.BYTES, Long.reverseBytes(first));
    return avalanche(withLong(hash, Long.reverseBytes(second)));
  }

  private static long stripes(byte[] octets, int end, long seed) {
    long v1 = seed + PRIME_1 + PRIME_2;
    long v2 = seed + PRIME_2;
    long v3 = seed;
    long v4 = seed - PRIME_1;
    for (int at = 0; at < end; at += STRIPE) {
      v1 = round(v1, (long) LONG.get(octets, at));
      v2 = round(v2, (long) LONG.get(octets, at + 8));
      v3 = round(v3, (long) LONG.get(octets, at + 16));
      v4 = round(v4, (long) LONG.get(octets, at + 24));
    }
    long hash =
        Long.rotateLeft(v1, 1)
            + Long.rotateLeft(v2, 7)
            + Long.rotateLeft(v3, 12)
            + Long.rotateLeft(v4, 18);
    return merge(merge(merge(merge(hash, v1), v2), v3), v4);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  private static long withLong(long hash, long input) {
    return Long.rotateLeft(hash ^ round(0, input), 27) * PRIME_1 + PRIME_4;
  }

  private static long withInt(long hash, int input) {
    return Long.rotateLeft(hash ^ Integer.toUnsignedLong(input) * PRIME_1, 23) * PRIME_2 + PRIME_3;
  }

  private static long avalanche(long hash) {
    long h = (hash ^ (hash >>> 33)) * PRIME_2;
    h = (h ^ (h >>> 29)) * PRIME_3;
    return h ^ (h >>> 32);
  }
}
