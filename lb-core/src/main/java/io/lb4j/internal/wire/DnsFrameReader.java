package io.lb4j.internal.wire;

import java.nio.ByteBuffer;

/**
 * Takes the first message out of a stream in which each follows its length in two octets (RFC 1035,
 * section 4.2.2), and keeps its beginning.
 */
public final class DnsFrameReader {
  private static final int KEPT_OCTETS = 512;

  private final ByteBuffer kept = ByteBuffer.allocate(KEPT_OCTETS);
  private int prefixOctets;
  private int length;
  private int seen;

  /** Reads on; what comes after the message is left. */
  public void read(ByteBuffer in) {
    while (prefixOctets < Short.BYTES && in.hasRemaining()) {
      length = (length << Byte.SIZE) | (in.get() & 0xFF);
      prefixOctets++;
    }
    int count = prefixOctets < Short.BYTES ? 0 : Math.min(length - seen, in.remaining());
    int room = Math.min(count, kept.remaining());
    kept.put(kept.position(), in, in.position(), room).position(kept.position() + room);
    in.position(in.position() + count);
    seen += count;
  }

  /** Whether all of the message has come. */
  public boolean isComplete() {
    return prefixOctets == Short.BYTES && seen == length;
  }

  /** The message, or as much of it as is kept: more than the longest question takes. */
  public ByteBuffer message() {
    return kept.duplicate().flip();
  }

  /** A message as it is sent in a stream. */
  public static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(Short.BYTES + message.length)
        .putShort((short) message.length)
        .put(message)
        .array();
  }
}
