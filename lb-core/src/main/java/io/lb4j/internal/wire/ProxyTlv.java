package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One of the type-length-values of a PROXY header of version 2. Immutable. */
public final class ProxyTlv {
  /** The application protocol that was negotiated. */
  public static final int ALPN = 0x01;

  /** The host name that the client asked for. */
  public static final int AUTHORITY = 0x02;

  /** The checksum; it is checked, and not among those that are given. */
  public static final int CRC32C = 0x03;

  /** Padding; not among those that are given. */
  public static final int NOOP = 0x04;

  /** What identifies the connection. */
  public static final int UNIQUE_ID = 0x05;

  /** What is known of the client's TLS; has a structure of its own. */
  public static final int SSL = 0x20;

  /** The network namespace. */
  public static final int NETNS = 0x30;

  private static final int LONGEST = 0xFFFF;

  private final int type;
  private final byte[] value;

  /**
   * With a value of at most 65535 octets, which is copied.
   *
   * @param type 0..255
   */
  public ProxyTlv(int type, byte[] value) {
    this.type = Checks.range("type", type, 0, 0xFF);
    Checks.range("value octets", value.length, 0, LONGEST);
    this.value = value.clone();
  }

  /** The type, 0..255. */
  public int type() {
    return type;
  }

  /** The octets of the value; a copy. */
  public byte[] value() {
    return value.clone();
  }

  int length() {
    return value.length;
  }

  void write(ByteBuffer out) {
    out.put((byte) type).putShort((short) value.length).put(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProxyTlv tlv && tlv.type == type && Arrays.equals(tlv.value, value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return String.format("%#04x (%d octets)", type, value.length);
  }
}
