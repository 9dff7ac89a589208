package io.lb4j.internal.net;

/**
 * Sockets that are ready for something that is watched, in the order in which they became so. A
 * socket is its own list node: an edge is told but once, so that queueing must not fail for want of
 * memory.
 */
final class ReadyQueue {
  private EpollSocket first;
  private EpollSocket last;
  private int size;

  boolean isEmpty() {
    return first == null;
  }

  /** Puts a socket at the end that is not in the queue. */
  void add(EpollSocket socket) {
    if (first == null) {
      first = socket;
    } else {
      last.nextReady = socket;
    }
    last = socket;
    size++;
  }

  private EpollSocket take() {
    EpollSocket socket = first;
    first = socket.nextReady;
    socket.nextReady = null;
    size--;
    return socket;
  }

  /**
   * Tells each socket once; one that is ready afterwards queues for the next turn.
   *
   * @return how many had something to be told
   */
  int tell() {
    int told = 0;
    for (int left = size; left > 0; left--) {
      told += take().tell() ? 1 : 0;
    }
    return told;
  }
}
