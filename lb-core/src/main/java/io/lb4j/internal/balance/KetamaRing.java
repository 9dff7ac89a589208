package io.lb4j.internal.balance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * A ring of points, as libketama (Richard Jones, last.fm, 2007) lays it out: the i-th digest of a
 * candidate is the MD5 of {@code name-i}, and each gives four points, its four groups of four
 * octets, low octet first. A key belongs to the first point that is not below the low 32 bits of
 * its hash, and beyond the last point to the first of all. Of candidates with the same point the
 * first by name has it.
 *
 * <p>How many digests a candidate has is the caller's matter. libketama gives each a share of 40
 * digests for every candidate, so that all move when one comes; here it is a number for each
 * weight.
 */
public final class KetamaRing implements SlotTable {
  /** The most points that a ring has, but for one digest that every candidate has at least. */
  public static final int MAX_POINTS = 1 << 20;

  private static final int POINTS_PER_DIGEST = 4;

  private final int[] points; // ascending, with the sign bit turned: signed order is unsigned order
  private final int[] owners;

  private KetamaRing(int[] points, int[] owners) {
    this.points = points;
    this.owners = owners;
  }

  /**
   * Lays out a ring.
   *
   * @param digests how many digests each has; at least one has some
   */
  public static KetamaRing of(List<String> names, int[] digests) {
    MessageDigest md5 = md5();
    int[] order = Weights.byName(names);
    long[] sorted = new long[Math.multiplyExact(Arrays.stream(digests).sum(), POINTS_PER_DIGEST)];
    int count = 0;
    for (int rank = 0; rank < order.length; rank++) {
      String name = names.get(order[rank]);
      for (int i = 0; i < digests[order[rank]]; i++) {
        byte[] digest = md5.digest((name + '-' + i).getBytes(StandardCharsets.UTF_8));
        for (int group = 0; group < POINTS_PER_DIGEST; group++) {
          sorted[count++] = (long) signed((int) point(digest, group)) << Integer.SIZE | rank;
        }
      }
    }
    Arrays.sort(sorted);
    int[] points = new int[count];
    int[] owners = new int[count];
    for (int i = 0; i < count; i++) {
      points[i] = (int) (sorted[i] >> Integer.SIZE);
      owners[i] = order[(int) sorted[i]];
    }
    return new KetamaRing(points, owners);
  }

  /**
   * How many digests candidates have by their weights, in proportion; at least one each, but none
   * for a weight of 0 unless all are 0.
   *
   * @param unit the weight that is given {@code perUnit} digests
   */
  public static int[] digests(int[] weights, int unit, int perUnit) {
    boolean allZero = Arrays.stream(weights).allMatch(weight -> weight == 0);
    double[] wanted =
        Arrays.stream(weights)
            .mapToDouble(weight -> allZero ? perUnit : (double) weight * perUnit / unit)
            .toArray();
    double most = MAX_POINTS / (double) POINTS_PER_DIGEST;
    double scale = Math.min(1, most / Arrays.stream(wanted).sum());
    return Arrays.stream(wanted)
        .mapToInt(digests -> digests == 0 ? 0 : (int) Math.max(1, Math.round(digests * scale)))
        .toArray();
  }

  /** The hash that libketama gives a key: the first point of its MD5, 0..2^32 - 1. */
  public static long hash(byte[] key) {
    return point(md5().digest(key), 0);
  }

  private static long point(byte[] digest, int group) {
    long point = 0;
    for (int i = 3; i >= 0; i--) {
      point = point << 8 | (digest[group * 4 + i] & 0xff);
    }
    return point;
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException noneHere) { // every JVM has to have it; some are told not to
      throw new IllegalStateException("this JVM has no MD5", noneHere);
    }
  }

  private static int signed(int point) {
    return point ^ Integer.MIN_VALUE;
  }

  @Override
  public int slotOf(long hash) {
    int sought = signed((int) hash);
    int low = 0;
    int high = points.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (points[middle] < sought) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == points.length ? 0 : low;
  }

  /** The point of a slot, 0..2^32 - 1. */
  long pointOf(int slot) {
    return Integer.toUnsignedLong(signed(points[slot]));
  }

  @Override
  public int ownerOf(int slot) {
    return owners[slot];
  }

  @Override
  public int slots() {
    return owners.length;
  }
}
