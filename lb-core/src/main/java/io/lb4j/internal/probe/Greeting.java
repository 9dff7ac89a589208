package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a connection or each datagram begins with, before anything that the probe has to say. */
public final class Greeting {
  /** Nothing. */
  public static final Greeting NONE = new Greeting(new byte[0]);

  private final byte[] bytes;

  /** These few bytes. */
  public Greeting(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Sends it over a connection on which nothing was sent before, and so has room. */
  void send(EventLoop loop, StreamSocket socket) throws IOException {
    if (bytes.length > 0) {
      loop.buffers().prepare();
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      loop.buffers().write(socket, rest);
      if (rest.hasRemaining()) {
        throw new IOException("no room for " + bytes.length + " bytes");
      }
    }
  }

  int length() {
    return bytes.length;
  }

  /** Puts it into a buffer that has room. */
  void writeTo(ByteBuffer out) {
    out.put(bytes);
  }
}
