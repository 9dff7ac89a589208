package io.lb4j;

import io.lb4j.internal.net.DatagramOrigin;
import java.util.Optional;

/**
 * Gives each datagram of a client a member for itself: the client has a session with every member
 * that was chosen so.
 */
final class DatagramSpread {
  private final DatagramDispatcher dispatcher;
  private PoolMember preset; // for the session that is being opened; null if it may choose

  DatagramSpread(DatagramDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * A datagram has come of a client that has sessions.
   *
   * @param first of the client's sessions
   */
  void dispatch(DatagramDoor door, DatagramOrigin origin, DatagramFlow first) {
    if (!first.isConnected() && !first.isLost()) {
      dispatcher.forward(first); // it waits for a member, and so do the client's others
      return;
    }
    Optional<PoolMember> member = first.lane().choice.nextFor(first);
    if (!first.listed) {
      return; // the strategy has closed it
    }
    if (member.isEmpty()) {
      if (endLost(first)) {
        dispatcher.dispatch(door, origin); // all had failed the client: they may be back
      }
      return;
    }
    DatagramFlow flow = first.sessionWith(member.get());
    if (flow != null) {
      dispatcher.forward(flow);
    } else {
      arriveFor(member.get(), door, origin); // it has no session with that member yet
    }
  }

  private void arriveFor(PoolMember member, DatagramDoor door, DatagramOrigin origin) {
    preset = member;
    try {
      dispatcher.arrive(door, origin);
    } finally {
      preset = null;
    }
  }

  /** Ends those of a client's sessions whose members have failed; whether there were any. */
  private boolean endLost(DatagramFlow first) {
    boolean any = false;
    for (DatagramFlow flow = first; flow != null; ) {
      DatagramFlow next = flow.sibling;
      if (flow.isLost()) {
        dispatcher.finish(flow, CloseReason.CONNECT_FAILED);
        any = true;
      }
      flow = next;
    }
    return any;
  }

  /** What is chosen already for the session that is being opened, once; null if it may choose. */
  MemberChoice.Choice takeChosen(ActiveFlow flow) {
    PoolMember wanted = preset;
    preset = null;
    return wanted != null && flow.mayUse(wanted) && wanted.reserve(flow)
        ? new MemberChoice.Chosen(wanted)
        : null;
  }
}
