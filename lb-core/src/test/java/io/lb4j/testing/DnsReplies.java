package io.lb4j.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Replies to DNS queries that have one question. */
public final class DnsReplies {
  private static final int HEADER = 12;
  private static final int REPLY = 0x8180; // recursion desired and available
  private static final int TRUNCATED = 0x0200;
  private static final byte[] RECORD = { // the name asked for, A, IN, for 60 s, 192.0.2.1
    (byte) 0xC0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, (byte) 192, 0, 2, 1
  };

  private DnsReplies() {}

  /** A reply with a code and so many addresses. */
  public static byte[] to(byte[] query, int code, int answers) {
    return build(query, REPLY | code, answers);
  }

  /** A reply that says that it does not fit. */
  public static byte[] truncatedTo(byte[] query) {
    return build(query, REPLY | TRUNCATED, 0);
  }

  private static byte[] build(byte[] query, int flags, int answers) {
    byte[] question = Arrays.copyOfRange(query, HEADER, query.length);
    ByteBuffer reply =
        ByteBuffer.allocate(query.length + answers * RECORD.length)
            .put(query, 0, Short.BYTES)
            .putShort((short) flags)
            .putShort((short) 1)
            .putShort((short) answers)
            .putInt(0)
            .put(question);
    for (int i = 0; i < answers; i++) {
      reply.put(RECORD);
    }
    return reply.array();
  }

  /** The same message with another id. */
  public static byte[] withOtherId(byte[] message) {
    byte[] other = message.clone();
    other[0] ^= 1;
    return other;
  }
}
