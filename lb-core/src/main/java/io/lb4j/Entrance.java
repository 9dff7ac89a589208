package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;

/** Where clients come in to the loops of a virtual server. */
interface Entrance {
  /** What carries its flows, one for each loop. */
  List<? extends Dispatcher> dispatchers();

  /**
   * Listens on one more address; nothing is taken in yet.
   *
   * @throws IOException when it cannot be listened on
   */
  void listenOn(SocketAddress address) throws IOException;

  /** The addresses that it listens on, with their real ports, in the order given. Any thread. */
  List<SocketAddress> addresses();

  /** Takes clients in from now on. Any thread. */
  void open();

  /** What is to be looked after from time to time may be done there. On that loop. */
  default void watchFrom(EventLoop control) {}

  /** Ends that. On the same loop. */
  default void unwatch() {}

  /**
   * Takes in no more clients.
   *
   * @param gently whether those that have come already are still taken in
   * @param stopped called when that is done, on whatever thread
   */
  void stop(boolean gently, Runnable stopped);

  /** Closes everything, of loops that were never started. */
  void abandon();
}
