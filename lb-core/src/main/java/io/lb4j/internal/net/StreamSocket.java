package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One non-blocking stream socket, owned by one loop: every method is called on its thread.
 *
 * <p>Readiness is level-triggered as seen from here: as long as a socket is watched for reading and
 * has something to read, every turn of the loop calls the handler again. A transport whose system
 * reports edges remembers them.
 *
 * <p>After {@link #close} or {@link #reset} the handler is not called any more, even for an event
 * that the poller had seen already, and every other method throws {@link
 * java.nio.channels.ClosedChannelException} or does nothing.
 */
public interface StreamSocket extends Remote {
  /** Sets who hears of this socket from now on, and of what; watching nothing keeps the handler. */
  void watch(ReadyHandler handler, boolean reading, boolean writing) throws IOException;

  /**
   * Has a handler told when the peer has reset the connection, without anything being read: it is
   * then called with neither kind of readiness. The next {@link #watch} ends that. Where the
   * transport cannot tell, nothing happens. It costs no system call.
   */
  default void watchLoss(ReadyHandler handler) {}

  /**
   * Whether the connect has ended well.
   *
   * @return false when it is still under way
   * @throws IOException when it failed
   */
  boolean finishConnect() throws IOException;

  /**
   * Reads what is there into a direct buffer.
   *
   * @return how many bytes were read, 0 when nothing is there now, -1 at the end of the stream
   * @throws IOException when the peer has reset the connection
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Writes what the system takes from a direct buffer.
   *
   * @return how many bytes were taken, 0 when none is now
   * @throws IOException when the peer is gone
   */
  int write(ByteBuffer source) throws IOException;

  /**
   * A way from this socket to another of the same loop on which bytes are not copied. Which kind of
   * moving is cheaper depends on how much there is to move at a time.
   *
   * @return empty when there is none
   */
  Optional<Conduit> conduitTo(StreamSocket sink);

  /**
   * Ends our direction after what was written (FIN), and leaves the other open. That the peer has
   * reset the connection is no failure here: reading tells whether it ended its stream before.
   */
  void shutdownOutput() throws IOException;

  /** Closes in order. Closing twice does nothing. */
  void close();

  /**
   * Closes with a reset (RST), so that the peer does not take what it got for the whole. Does
   * nothing once closed.
   */
  void reset();

  /** Our address of this connection; empty once closed. Any thread. */
  Optional<SocketAddress> localAddress();
}
