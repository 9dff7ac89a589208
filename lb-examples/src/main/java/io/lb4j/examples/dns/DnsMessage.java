package io.lb4j.examples.dns;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** As much of RFC 1035 as asking for an IPv4 address takes, and answering that. */
final class DnsMessage {
  /** What a message over UDP has at most. */
  static final int MOST = 512;

  private static final int HEAD = 12;
  private static final int FLAGS = 2;
  private static final int ANSWERS = 6;
  private static final short RECURSION_DESIRED = 0x0100;
  private static final short RESPONSE = (short) 0x8180; // with recursion desired and available
  private static final int CODE_MASK = 0x800F; // that it is a response, and its code
  private static final int A = 1;
  private static final int IN = 1;
  private static final int POINTER = 0xC0;
  private static final short TO_QUESTION = (short) (POINTER << 8 | HEAD);
  private static final int ADDRESS_BYTES = 4;

  private DnsMessage() {}

  /** Asks for the IPv4 address of a name. */
  static byte[] query(short id, String name) {
    ByteBuffer message = ByteBuffer.allocate(MOST);
    message.putShort(id).putShort(RECURSION_DESIRED).putShort((short) 1).position(HEAD);
    for (String label : name.split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      message.put((byte) bytes.length).put(bytes);
    }
    message.put((byte) 0).putShort((short) A).putShort((short) IN);
    return Arrays.copyOf(message.array(), message.position());
  }

  /** Answers a query, whatever its name, with an address; nothing if it is no query. */
  static Optional<byte[]> reply(byte[] query, byte[] address) {
    try {
      ByteBuffer read = ByteBuffer.wrap(query);
      int end = skipName(read.position(HEAD)).position() + 2 * Short.BYTES;
      ByteBuffer reply = ByteBuffer.allocate(MOST).put(query, 0, end);
      reply.putShort(FLAGS, RESPONSE).putShort(ANSWERS, (short) 1).putInt(ANSWERS + 2, 0);
      reply.putShort(TO_QUESTION).putShort((short) A).putShort((short) IN).putInt(0);
      reply.putShort((short) address.length).put(address);
      return Optional.of(Arrays.copyOf(reply.array(), reply.position()));
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException cut) {
      return Optional.empty();
    }
  }

  /** The first IPv4 address that a reply to the query with this number has. */
  static Optional<String> address(byte[] reply, short id) {
    try {
      ByteBuffer read = ByteBuffer.wrap(reply);
      boolean good = read.getShort() == id && isGood(read.getShort(FLAGS));
      int answers = good ? read.getShort(ANSWERS) : 0;
      skipName(read.position(HEAD)).position(read.position() + 2 * Short.BYTES);
      while (answers-- > 0) {
        int type = skipName(read).getShort();
        int length = read.position(read.position() + Short.BYTES + Integer.BYTES).getShort();
        if (type == A && length == ADDRESS_BYTES) {
          return Optional.of(text(read));
        }
        read.position(read.position() + length);
      }
      return Optional.empty();
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException cut) {
      return Optional.empty();
    }
  }

  private static boolean isGood(short flags) {
    return (flags & CODE_MASK) == (RESPONSE & CODE_MASK);
  }

  private static ByteBuffer skipName(ByteBuffer message) {
    int length = message.get() & 0xFF;
    while (length > 0 && length < POINTER) {
      length = message.position(message.position() + length).get() & 0xFF;
    }
    return length == 0 ? message : message.position(message.position() + 1);
  }

  private static String text(ByteBuffer address) {
    return (address.get() & 0xFF)
        + "."
        + (address.get() & 0xFF)
        + "."
        + (address.get() & 0xFF)
        + "."
        + (address.get() & 0xFF);
  }
}
