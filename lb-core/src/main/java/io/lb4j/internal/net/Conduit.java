package io.lb4j.internal.net;

import java.io.IOException;

/**
 * A way from one socket to another on which bytes do not pass through the process; for bulk. It
 * holds what the sink does not take, up to a bound. Used on the loop of both sockets, and not after
 * either is closed.
 */
public interface Conduit {
  /** Whether it holds nothing. */
  boolean isEmpty();

  /**
   * Takes in what the source has. Does nothing unless the conduit is empty.
   *
   * @return how many bytes, 0 when nothing is there now, -1 when nothing comes this way, now or any
   *     more: at the end of the stream, before something that has to be read, or for want of room
   * @throws IOException when the source's peer has reset the connection
   */
  long fill() throws IOException;

  /**
   * Passes on what the sink takes.
   *
   * @return how many bytes
   * @throws IOException when the sink's peer is gone
   */
  long drain() throws IOException;

  /** Gives it up, with whatever it holds. Closing twice does nothing. */
  void close();
}
