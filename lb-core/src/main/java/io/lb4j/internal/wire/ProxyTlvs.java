package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The type-length-values at the end of a PROXY header of version 2, and the checksum in them. */
final class ProxyTlvs {
  /** How many octets type and length have. */
  static final int HEADER = 3;

  /** How many octets a checksum has. */
  static final int CHECKSUM = 4;

  private ProxyTlvs() {}

  /**
   * Reads them all, and checks the checksum if there is one.
   *
   * @param block what is left of the header
   */
  static List<ProxyTlv> read(ByteBuffer whole, Octets block) throws MalformedException {
    List<ProxyTlv> values = new ArrayList<>();
    boolean checked = false;
    while (!block.isEmpty()) {
      int type = block.number8();
      Octets value = block.next16();
      if (type == ProxyTlv.CRC32C) {
        check(!checked, "two checksums");
        check(value.count() == CHECKSUM, "checksum of " + value.count() + " octets");
        int sum = sum(whole, whole.limit() - block.count() - CHECKSUM);
        check(value.number32() == sum, "wrong checksum");
        checked = true;
      } else if (type != ProxyTlv.NOOP) {
        values.add(new ProxyTlv(type, value.bytes()));
      }
    }
    return values;
  }

  private static void check(boolean good, String words) throws MalformedException {
    if (!good) {
      throw new MalformedException(words);
    }
  }

  /** Whether values reach from there just to the end. */
  static boolean addUp(ByteBuffer whole, int start) {
    int at = start;
    while (at <= whole.limit() - HEADER) {
      at += HEADER + (whole.getShort(at + 1) & 0xFFFF);
    }
    return at == whole.limit();
  }

  /** The CRC32C of a header whose checksum, at an offset, counts as zeros. */
  static int sum(ByteBuffer whole, int checksumAt) {
    CRC32C sum = new CRC32C();
    int after = checksumAt + CHECKSUM;
    sum.update(whole.slice(0, checksumAt));
    sum.update(new byte[CHECKSUM]);
    sum.update(whole.slice(after, whole.limit() - after));
    return (int) sum.getValue();
  }
}
