package io.lb4j.benchmarks.compare;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The one request and the one reply of a short flow. */
final class ShortExchange {
  private static final String REQUEST = "GET / HTTP/1.0\r\n\r\n";
  private static final String REPLY =
      "HTTP/1.0 200 OK\r\nContent-Length: 18\r\n\r\nresp from server1\n";

  /** Length of {@link #reply()}. */
  static final int REPLY_BYTES = REPLY.length();

  private ShortExchange() {}

  /** What a client sends. */
  static ByteBuffer request() {
    return direct(REQUEST);
  }

  /** What the server answers before it closes. */
  static ByteBuffer reply() {
    return direct(REPLY);
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
