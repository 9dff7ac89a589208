package io.lb4j.internal.net;

import java.io.IOException;

/**
 * A way from one socket to another on which bytes do not pass through the process; for bulk. It
 * holds what the sink does not take, up to a bound. Used on the loop of both sockets, and not after
 * either is closed.
 */
public interface Conduit {
  /** What {@link #fill} returns when it has nothing to hold bytes in at this time. */
  long NO_ROOM = -2;

  /** Whether it holds nothing. */
  boolean isEmpty();

  /**
   * Takes in what the source has. Does nothing unless the conduit is empty.
   *
   * @return how many bytes, 0 when nothing is there now, -1 at the end of the stream, {@link
   *     #NO_ROOM} when they have to be copied instead
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
