package io.lb4j.internal.wire;

import java.nio.ByteBuffer;

/**
 * What a message is to someone who has asked a DNS server: its header and its question are looked
 * at (RFC 1035, section 4.1), nothing after that, so that no compressed name is ever followed.
 *
 * @param outcome {@link Outcome#NOT_THIS} for a message that is no reply to the question, {@link
 *     Outcome#MALFORMED} for a reply that is cut off or without a question
 * @param words what it is instead of a reply; empty for one
 * @param code the response code of the header, 0..15
 * @param truncated whether the server had more to say than fits
 * @param answers how many records the header counts in the answer
 */
public record DnsReply(Outcome outcome, String words, int code, boolean truncated, int answers) {
  private static final int FLAGS_AT = 2;
  private static final int QUESTIONS_AT = 4;
  private static final int ANSWERS_AT = 6;
  private static final int RESPONSE = 0x8000;
  private static final int OPCODE = 0x7800;
  private static final int TRUNCATED = 0x0200;
  private static final int CODE = 0x000F;

  /**
   * Reads a whole message.
   *
   * @param message from its position to its limit; left as it is
   */
  public static DnsReply read(DnsQuestion question, int id, ByteBuffer message) {
    if (message.remaining() < Short.BYTES) {
      return none(Outcome.NOT_THIS, "a message of " + message.remaining() + " bytes");
    }
    if (word(message, 0) != (id & 0xFFFF)) {
      return none(Outcome.NOT_THIS, "a message with another id");
    }
    if (message.remaining() < DnsQuestion.HEADER_OCTETS) {
      return none(Outcome.MALFORMED, "a reply of " + message.remaining() + " bytes");
    }
    int flags = word(message, FLAGS_AT);
    if ((flags & (RESPONSE | OPCODE)) != RESPONSE) {
      return none(Outcome.NOT_THIS, "a message that is no reply to a query");
    }
    int questions = word(message, QUESTIONS_AT);
    DnsReply reply =
        new DnsReply(
            Outcome.COMPLETE,
            "",
            flags & CODE,
            (flags & TRUNCATED) != 0,
            word(message, ANSWERS_AT));
    if (questions == 0 && reply.code != 0) {
      return reply; // who cannot or will not read a question need not repeat it
    }
    return questions == 1
        ? reply.ifOf(question, message)
        : none(Outcome.MALFORMED, "a reply with " + questions + " questions");
  }

  private DnsReply ifOf(DnsQuestion question, ByteBuffer message) {
    int there = Math.min(question.length(), message.remaining() - DnsQuestion.HEADER_OCTETS);
    for (int i = 0; i < there; i++) {
      if (!question.has(i, message.get(message.position() + DnsQuestion.HEADER_OCTETS + i))) {
        return none(Outcome.NOT_THIS, "a reply to another question");
      }
    }
    return there == question.length()
        ? this
        : none(Outcome.MALFORMED, "a reply that ends in its question");
  }

  private static DnsReply none(Outcome outcome, String words) {
    return new DnsReply(outcome, words, 0, false, 0);
  }

  private static int word(ByteBuffer message, int at) {
    int start = message.position() + at;
    return ((message.get(start) & 0xFF) << Byte.SIZE) | (message.get(start + 1) & 0xFF);
  }
}
