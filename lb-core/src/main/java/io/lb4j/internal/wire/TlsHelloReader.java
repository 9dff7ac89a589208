package io.lb4j.internal.wire;

import java.nio.ByteBuffer;

/**
 * Reads a TLS ClientHello, which may be spread over several records. Nothing is decrypted: what it
 * says is in the clear.
 *
 * <p>Something else is whatever does not begin with a handshake record of version 3.x and a
 * ClientHello in it, such as the hello of SSL 2. A hello is malformed if its lengths do not add up,
 * if an extension that is read comes twice, if a record of another type comes in between, or if it
 * is longer than the limit. Which server names count, {@link TlsServerName} says.
 */
public final class TlsHelloReader extends PrefixReader {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEADER = 5;
  private static final int MESSAGE_HEADER = 4;
  private static final int LONGEST_RECORD = 1 << 14;

  private int at; // how far the stream was read
  private int left; // of the record
  private int gathered; // of the message, its header included
  private int messageLength = MESSAGE_HEADER; // until the header is there
  private TlsHello hello;

  /**
   * Before the first byte.
   *
   * @param limit how many bytes of the stream the hello may have, record headers included
   */
  public TlsHelloReader(int limit) {
    super(limit);
  }

  /** What the client said, once complete. */
  public TlsHello hello() {
    needs(Outcome.COMPLETE);
    return hello;
  }

  @Override
  void look(ByteBuffer seen, int end) {
    try {
      while (outcome() == Outcome.NEED_MORE && (left > 0 ? at < end : enterRecord(seen, end))) {
        gather(seen, end);
      }
    } catch (MalformedException malformed) {
      malformed(malformed.getMessage());
    }
  }

  /** Reads the header of a record, if it is there. */
  private boolean enterRecord(ByteBuffer seen, int end) throws MalformedException {
    int there = end - at;
    if ((there > 0 && octet(seen, at) != HANDSHAKE) || (there > 1 && octet(seen, at + 1) != 3)) {
      if (at == 0) {
        notThis();
        return false;
      }
      throw new MalformedException("a record of another kind within the ClientHello");
    }
    if (there < RECORD_HEADER) {
      return false;
    }
    left = number16(seen, at + 3);
    if (left == 0 || left > LONGEST_RECORD) {
      throw new MalformedException("record of " + left + " bytes");
    }
    at += RECORD_HEADER;
    return at < end;
  }

  /** Counts what is there of the message, octet by octet until its length is known. */
  private void gather(ByteBuffer seen, int end) throws MalformedException {
    if (gathered < MESSAGE_HEADER) {
      header(octet(seen, at));
      advance(1);
    } else {
      advance(Math.min(Math.min(left, end - at), messageLength - gathered));
    }
    if (gathered == messageLength) {
      hello = TlsHelloBody.read(body(seen));
      complete(at);
    }
  }

  private void advance(int count) {
    at += count;
    left -= count;
    gathered += count;
  }

  private void header(int octet) throws MalformedException {
    if (gathered == 0) {
      if (octet != CLIENT_HELLO) {
        notThis();
      }
      return;
    }
    messageLength += octet << (8 * (MESSAGE_HEADER - 1 - gathered));
    if (gathered == MESSAGE_HEADER - 1) {
      checkLength();
    }
  }

  private void checkLength() throws MalformedException {
    if (messageLength == MESSAGE_HEADER) {
      throw new MalformedException("empty ClientHello");
    }
    if (messageLength > limit() - RECORD_HEADER) {
      throw new MalformedException(
          "ClientHello of "
              + messageLength
              + " bytes, longer than "
              + limit()
              + " with its record");
    }
  }

  /** The message without its header, in one piece: a copy only if it is in several records. */
  private ByteBuffer body(ByteBuffer seen) {
    int first = RECORD_HEADER + number16(seen, 3);
    int start = RECORD_HEADER + MESSAGE_HEADER;
    int bodyLength = messageLength - MESSAGE_HEADER;
    if (at <= first) {
      return seen.slice(seen.position() + start, bodyLength);
    }
    ByteBuffer whole = ByteBuffer.allocate(messageLength);
    for (int record = 0; whole.hasRemaining(); ) {
      int count = Math.min(number16(seen, record + 3), whole.remaining());
      whole.put(seen.slice(seen.position() + record + RECORD_HEADER, count));
      record += RECORD_HEADER + count;
    }
    return whole.position(MESSAGE_HEADER);
  }

  private static int number16(ByteBuffer seen, int at) {
    return octet(seen, at) << 8 | octet(seen, at + 1);
  }
}
