package io.lb4j.benchmarks.l4;

import java.nio.ByteBuffer;

/**
 * What one exchange sends and gets back.
 *
 * @param requestBytes length of the request, its head included
 * @param replyBytes length of the reply
 */
record Message(int requestBytes, int replyBytes) {
  /** Bytes of the head: both lengths. */
  static final int HEAD = 2 * Integer.BYTES;

  Message {
    if (requestBytes < HEAD || replyBytes < 1) {
      throw new IllegalArgumentException(requestBytes + " and " + replyBytes + " bytes");
    }
  }

  /** Reads a head; the buffer holds at least {@link #HEAD} bytes. */
  static Message head(ByteBuffer from) {
    return new Message(from.getInt(), from.getInt());
  }

  /** The whole request, ready to be written, and written again after a rewind. */
  ByteBuffer request() {
    ByteBuffer request = ByteBuffer.allocateDirect(requestBytes);
    return request.putInt(0, requestBytes).putInt(Integer.BYTES, replyBytes);
  }
}
