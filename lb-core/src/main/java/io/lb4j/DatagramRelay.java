package io.lb4j;

import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramOutcome;
import io.lb4j.internal.net.DatagramPort;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves the datagrams of one loop's sessions: a client's to its member, a member's back on the path
 * that the session's client came on.
 *
 * <p>The client's datagram stands in a buffer of the transport's while its session is found and has
 * a member; {@link #present} is it until it was passed on. If its session has to wait, a copy waits
 * with it; if it is still there in the end, nobody could take it.
 */
final class DatagramRelay {
  private static final byte[] NOTHING = {};

  private final DatagramDispatcher dispatcher;
  private final IdleOrder idle;
  private final UdpPolicy policy;
  private final DatagramCounts counts = new DatagramCounts();
  private final WaitingDatagrams.Budget waitingBudget = new WaitingDatagrams.Budget();
  private ByteBuffer scratch; // for what the system cannot be given as it is; null until needed
  private ByteBuffer present; // null once it was passed on

  DatagramRelay(DatagramDispatcher dispatcher, IdleOrder idle, UdpPolicy policy) {
    this.dispatcher = dispatcher;
    this.idle = idle;
    this.policy = policy;
  }

  DatagramCounts counts() {
    return counts;
  }

  // ---- from the client

  /** A client's datagram has come. */
  void present(ByteBuffer payload) {
    counts.fromClient();
    present = payload;
  }

  /** The client's datagram that nobody has taken yet; null if there is none. */
  ByteBuffer present() {
    return present;
  }

  /** All was tried: nobody could take it if it is still there. */
  void dropPresent() {
    if (present != null) {
      present = null;
      counts.droppedFromClient(DatagramDrop.NO_SESSION);
    }
  }

  /** It belongs to a session, of which it may be the last. */
  void count(DatagramFlow flow) {
    flow.countRequest(present.remaining(), dispatcher.loop().nowNanos());
    if (policy.isSpent(flow.requests())) {
      flow.door().remove(flow);
    }
  }

  /** If it is still there, its session waits for a member, and so does it. */
  void keep(DatagramFlow flow) {
    if (present == null || flow.hasEnded()) {
      return;
    }
    if (flow.waiting() == null) {
      flow.waiting(new WaitingDatagrams(waitingBudget));
    }
    if (!flow.waiting().add(present)) {
      counts.droppedFromClient(DatagramDrop.WAITING_FULL);
    }
    present = null;
  }

  /** Its session has a member: it is sent there. */
  void passOn(DatagramFlow flow) {
    sendPresent(flow);
    settle(flow);
  }

  /** A session has a member now: all that has come for that is sent there. */
  void passOnAll(DatagramFlow flow) {
    sendWaiting(flow);
    if (present != null && flow.isConnected()) {
      sendPresent(flow);
    }
    settle(flow);
  }

  private void sendWaiting(DatagramFlow flow) {
    WaitingDatagrams waiting = flow.waiting();
    while (waiting != null && waiting.size() > 0 && flow.isConnected()) {
      ByteBuffer first = waiting.poll();
      if (!send(flow, first)) {
        if (flow.hasEnded()) {
          counts.droppedFromClient(DatagramDrop.NO_SESSION);
          return;
        }
        waiting.putBack(first);
        dispatcher.connect(flow);
      }
    }
  }

  private void sendPresent(DatagramFlow flow) {
    ByteBuffer payload = present;
    present = null;
    if (!send(flow, payload)) {
      present = payload;
      if (!flow.hasEnded()) {
        dispatcher.connect(flow);
      }
    }
  }

  /**
   * Sends a datagram to the session's member, or drops it.
   *
   * @return whether that was done; else the member has failed, and may have failed the session
   */
  private boolean send(DatagramFlow flow, ByteBuffer payload) {
    if (dispatcher.isTapped()) {
      dispatcher.tap(flow, Direction.FROM_CLIENT, payload.asReadOnlyBuffer());
      if (!flow.isConnected()) { // the tap has closed it
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
        return true;
      }
    }
    DatagramOutcome outcome;
    try {
      outcome = sendOver(flow, payload);
    } catch (IOException failure) { // of an earlier one: this was not sent
      dispatcher.memberFailed(flow, failure);
      flow.seekMember();
      return false;
    }
    if (outcome == DatagramOutcome.SENT) {
      flow.countSent(dispatcher.loop().nowNanos());
    } else {
      counts.droppedFromClient(outcome);
    }
    return true;
  }

  /** What had come was sent: that may have been all of the session. */
  private void settle(DatagramFlow flow) {
    if (flow.isConnected() && policy.isOver(flow.requests(), flow.sent(), flow.replies())) {
      end(flow);
    }
  }

  private DatagramOutcome sendOver(DatagramFlow flow, ByteBuffer payload) throws IOException {
    ProxyProtocol protocol = flow.lane().proxyProtocol;
    if (protocol == null && payload.isDirect()) {
      return flow.link().send(payload);
    }
    byte[] header = protocol == null ? NOTHING : flow.proxyHeader(protocol);
    if (header.length + payload.remaining() > DatagramPort.MOST_BYTES) {
      return DatagramOutcome.TOO_LONG;
    }
    if (scratch == null) {
      scratch = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES);
    }
    int start = payload.position();
    scratch.clear().put(header).put(payload);
    payload.position(start); // it may have to be sent again
    return flow.link().send(scratch.flip());
  }

  // ---- from the member

  /**
   * Passes one datagram of the member on.
   *
   * @return whether there was one, and the session goes on
   */
  boolean passReply(DatagramFlow flow) {
    ByteBuffer room = flow.door().port().room();
    int count;
    try {
      count = flow.link().receive(room);
    } catch (IOException failure) {
      dispatcher.memberFailed(flow, failure);
      if (!flow.listed) { // nothing more comes for it
        dispatcher.finish(flow, CloseReason.CONNECT_FAILED);
      }
      return false;
    }
    if (count == DatagramLink.NOTHING) {
      return false;
    }
    room.flip();
    counts.fromMember();
    flow.countReply(count, dispatcher.loop().nowNanos());
    idle.touch(flow);
    if (dispatcher.isTapped()) {
      dispatcher.tap(flow, Direction.FROM_MEMBER, room.asReadOnlyBuffer());
    }
    if (flow.hasEnded()) { // the tap has closed it
      counts.droppedFromMember(DatagramDrop.NO_SESSION);
      return false;
    }
    flow.door().port().send(flow.path(), room);
    settle(flow);
    return true;
  }

  private void end(DatagramFlow flow) {
    if (flow.replies() > 0) { // else nothing shows that the member has heard anything
      flow.completed();
    }
    dispatcher.finish(flow, CloseReason.COMPLETED);
  }
}
