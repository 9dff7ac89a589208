package io.lb4j.internal.net;

import java.io.Closeable;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * A non-blocking datagram socket at an address of ours, for any number of peers. All methods are
 * called on the loop that owns it, but {@link #address}.
 */
public interface DatagramPort extends Closeable {
  /** What no datagram is longer than: the most that fits in an IPv6 packet. */
  int MOST_BYTES = 65_527;

  /** The address it is bound to, with the real port. Any thread. */
  SocketAddress address();

  /**
   * Whether datagrams are received or left with the system, which keeps a few and drops the rest.
   * Off at first. What a turn has received already is told even if it is switched off meanwhile.
   */
  void receiving(boolean on);

  /**
   * Room for a datagram to send: a direct buffer, empty, for at least {@link #MOST_BYTES}. Good
   * until the next {@link #send}; asked for again without one, it is the same.
   */
  ByteBuffer room();

  /**
   * Sends what stands in {@link #room} between position and limit, along a path that came from this
   * port: to its client, from that address of ours. It leaves at the end of the loop's turn at the
   * latest. What the system does not take is dropped, and {@link DatagramHandler#onDropped} told.
   */
  void send(DatagramPath path, ByteBuffer room);

  /** Closes it; what waits to be sent is sent before. Closing twice does nothing. */
  @Override
  void close();
}
