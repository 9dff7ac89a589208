package io.lb4j.internal.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A non-blocking ICMP socket that knows one address: it hears echo replies from there to its own
 * requests, and what the network says of them. The system fills in checksum and identifier. One
 * thread opens, uses and closes it.
 */
public interface EchoSocket extends Closeable {
  /** Sends an echo request, from the ICMP header on, out of a direct buffer. */
  void send(ByteBuffer request) throws IOException;

  /**
   * Receives a reply, from the ICMP header on, into a direct buffer.
   *
   * @return whether there was one
   * @throws IOException when the network has said that the address cannot be reached
   */
  boolean receive(ByteBuffer target) throws IOException;

  @Override
  void close();
}
