package io.lb4j.internal.net;

/**
 * Sockets that probably are empty. Whether a splice that took less than it could has taken all is
 * not known: the pipe may have run out of places. To ask costs a call for each, which is spared as
 * long as the next segment answers first; so they are asked when there is nothing else to do, and
 * after some turns in any case.
 */
final class Doubts {
  private static final int TURNS_AT_MOST = 8;

  private EpollSocket last;
  private int turns;

  boolean isEmpty() {
    return last == null;
  }

  void add(EpollSocket socket) {
    socket.nextDoubt = last;
    last = socket;
  }

  /**
   * Another turn has come.
   *
   * @param idle whether it brought nothing
   */
  void turn(boolean idle) {
    turns++;
    if (idle || turns >= TURNS_AT_MOST) {
      settle();
    }
  }

  private void settle() {
    turns = 0;
    while (last != null) {
      EpollSocket socket = last;
      last = socket.nextDoubt;
      socket.nextDoubt = null;
      socket.settleDoubt();
    }
  }
}
