package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A non-blocking datagram socket with one peer: it hears that peer alone, and what the network says
 * of it. Owned by one loop: every method is called on its thread unless it says otherwise.
 *
 * <p>Readiness is level-triggered, as it is for a {@link StreamSocket}: the handler given to {@link
 * #watch} is called as long as there is something to receive, a datagram or a word of the network
 * about an earlier one. After {@link #close} the handler is not called any more, not even for an
 * event that the poller had seen already; watching, sending and receiving then throw {@link
 * java.nio.channels.ClosedChannelException}.
 */
public interface DatagramLink extends Remote {
  /** Sets who hears of this socket from now on: readable is what it can be, never writable. */
  void watch(ReadyHandler handler) throws IOException;

  /** What {@link #receive} says when there is nothing to receive. */
  int NOTHING = -1;

  /**
   * Sends one datagram, whole or not at all.
   *
   * @param payload a direct buffer with it between position and limit; left as it is
   * @return what became of it
   * @throws java.net.PortUnreachableException when the peer's host has said that nobody hears
   *     there; this datagram was not sent
   * @throws IOException when the network has said something else of the kind
   */
  DatagramOutcome send(ByteBuffer payload) throws IOException;

  /**
   * Receives one datagram, whole.
   *
   * @param target a direct buffer with room for at least {@link DatagramPort#MOST_BYTES}
   * @return how many bytes it has, 0 for an empty one, or {@link #NOTHING}
   * @throws IOException as {@link #send}
   */
  int receive(ByteBuffer target) throws IOException;

  /** Closes it. Closing twice does nothing. */
  void close();

  /** Our address towards the peer; empty once closed. Any thread. */
  Optional<SocketAddress> localAddress();
}
