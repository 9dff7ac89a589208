package io.lb4j.internal.probe;

import java.nio.ByteBuffer;

/**
 * The connection of one probe, plain or encrypted, or the datagrams of one; all of it on the loop's
 * thread.
 */
interface Line {
  /** Begins, if need be by connecting; the listener hears of everything from now on. */
  void open();

  /** Sends this, now or as soon as it can be; as one datagram, if it is datagrams. */
  void send(byte[] bytes);

  /** Closes in order; the listener hears nothing more. Closing twice does nothing. */
  void close();

  /** What it is waiting for by itself, should the time be over now. */
  ProbeReport onTimeout();

  /** Hears of a line, until its end or a failure. */
  interface Listener {
    /** Bytes may be sent. */
    void onOpen();

    /** Bytes have come, maybe as one whole datagram; what is left of them is not needed. */
    void onBytes(ByteBuffer bytes);

    /** The peer has ended its stream in order. */
    void onEnd();

    /** The line is of no more use. */
    void onFailed(ProbeReport report);
  }
}
