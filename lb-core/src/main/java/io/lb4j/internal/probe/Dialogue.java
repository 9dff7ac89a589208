package io.lb4j.internal.probe;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is said in one probe over one connection, or by datagrams. Knows bytes, no sockets; whatever
 * a peer sends, it throws nothing. Each method returns the report as soon as there is one, and is
 * not called again after that.
 */
public interface Dialogue {
  /**
   * The connection is there.
   *
   * @param out takes what is to be sent, now and later; each time one datagram, if it is datagrams
   */
  Optional<ProbeReport> onOpen(Consumer<byte[]> out);

  /** Bytes have come, maybe as one whole datagram; those that are left over are not needed. */
  Optional<ProbeReport> onBytes(ByteBuffer bytes);

  /** The peer has ended its stream in order. */
  ProbeReport onEnd();

  /** The time is over. */
  ProbeReport onTimeout();
}
