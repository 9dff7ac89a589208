package io.lb4j.internal.net;

import java.io.Closeable;
import java.io.IOException;

/**
 * Waits for many sockets at once, and makes them. All methods are called on the thread of the one
 * loop that owns it, but {@link #wakeup}, which any thread may call.
 */
public interface Poller extends Closeable {
  /**
   * Waits until a socket is ready, someone wakes it, or the time is over; then calls the handlers
   * of the ready sockets.
   *
   * @param timeoutNanos how long to wait at most; 0 looks without waiting
   * @param awake called once in every call, after the wait and before the first handler: here the
   *     loop reads its clock
   * @return how many sockets were ready
   */
  int poll(long timeoutNanos, Runnable awake) throws IOException;

  /**
   * Moves every socket to a fresh poller of the system. The loop asks for it when waits end at once
   * again and again for no reason.
   */
  void rebuild() throws IOException;

  /** Ends the present wait, or the next one if there is none. Any thread. */
  void wakeup();

  /** Listens on an address. Nothing is accepted before {@link ListenSocket#accepting} is called. */
  ListenSocket listen(ListenRequest request, AcceptHandler handler) throws IOException;

  /**
   * Begins to connect. The socket is not watched until {@link StreamSocket#watch} is called; it may
   * be connected when this returns.
   *
   * @throws IOException when the system refuses at once
   */
  StreamSocket connect(ConnectRequest request) throws IOException;

  /**
   * Takes over a socket that another poller of the same transport has accepted.
   *
   * @param settings those it was accepted with
   * @throws IOException when the socket cannot be used; it is closed then
   */
  StreamSocket adopt(Accepted accepted, SocketSettings settings) throws IOException;

  /**
   * Binds a socket for datagrams. Nothing is received before {@link DatagramPort#receiving} is
   * called.
   */
  DatagramPort openPort(DatagramPortRequest request, DatagramHandler handler) throws IOException;

  /**
   * Makes a socket for datagrams from and to one peer. It is not watched until {@link
   * DatagramLink#watch} is called.
   *
   * @throws IOException when the system refuses
   */
  DatagramLink openLink(ConnectRequest request) throws IOException;

  /** The way to write to several of its sockets at once. */
  default WriteBatch writes() {
    return WriteBatch.NONE;
  }

  /** Closes the poller and every socket that it still has. */
  @Override
  void close() throws IOException;
}
