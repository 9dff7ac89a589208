package io.lb4j;

import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.util.TokenBucket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where UDP sessions of one loop begin: new ones are let in, if need be in the place of the one
 * that has been idle for longest.
 */
final class SessionEntry {
  private final DatagramDispatcher dispatcher;
  private final IdleOrder idle;
  private final TokenBucket rate; // null unless the rate of new sessions is limited
  private final AtomicLong lastFlowId;
  private List<DatagramDispatcher> peers = List.of();
  private int nextPeer;

  /**
   * For one loop.
   *
   * @param lastFlowId all loops' of the virtual server
   */
  SessionEntry(
      DatagramDispatcher dispatcher, IdleOrder idle, ServerParts parts, AtomicLong lastFlowId) {
    this.dispatcher = dispatcher;
    this.idle = idle;
    rate = parts.connectionRate().orElse(null);
    this.lastFlowId = lastFlowId;
  }

  /** A session for a client; empty if it is refused, of which everybody has been told then. */
  Optional<DatagramFlow> admit(DatagramDoor door, DatagramPath path) {
    Optional<CloseReason> refusal = refusal(path);
    if (refusal.isPresent()) {
      refuse(door, path, refusal.get());
      return Optional.empty();
    }
    return Optional.of(enter(door, path));
  }

  /** Why a client is not let in; the gate has let it in if there is no reason. */
  private Optional<CloseReason> refusal(DatagramPath path) {
    AccessControl access = dispatcher.access();
    if (access.isOn() && access.refusesAtOnce(path.client())) {
      return Optional.of(CloseReason.DENIED);
    }
    if (rate != null && !rate.tryTake()) {
      return Optional.of(CloseReason.CONNECTION_RATE);
    }
    FlowGate gate = dispatcher.gate();
    if (gate.enter() || (evictOldest(null) && gate.enter())) {
      return Optional.empty();
    }
    askForRoom();
    return Optional.of(CloseReason.MAX_FLOWS);
  }

  /** All sessions are other loops': the client that is refused now will find room. */
  private void askForRoom() {
    if (!peers.isEmpty()) {
      DatagramDispatcher peer = peers.get(nextPeer++ % peers.size());
      peer.loop().execute(peer::makeRoom);
    }
  }

  void peers(List<DatagramDispatcher> others) {
    peers = others;
  }

  /**
   * Ends the session of this loop that has been idle for longest, to make room.
   *
   * @param spared one that is not to be ended; null if any may
   * @return whether there was one
   */
  boolean evictOldest(DatagramFlow spared) {
    DatagramFlow oldest = idle.oldestBut(spared);
    boolean found = oldest != null;
    if (found) {
      idle.remove(oldest); // first: whatever its end comes to, it is not found again
      dispatcher.finish(oldest, CloseReason.EVICTED);
    }
    return found;
  }

  private DatagramFlow enter(DatagramDoor door, DatagramPath path) {
    DatagramFlow flow = null;
    try {
      flow = newFlow(door, path);
      flow.lane(dispatcher.ownLane());
      dispatcher.shard().add(flow);
    } catch (Throwable noMemory) {
      dispatcher.gate().leave();
      throw noMemory;
    }
    dispatcher.shard().countOpened();
    idle.touch(flow);
    return flow;
  }

  private void refuse(DatagramDoor door, DatagramPath path, CloseReason reason) {
    DatagramFlow flow = newFlow(door, path);
    dispatcher.shard().countOpened();
    dispatcher.shard().countClosed(reason);
    flow.endsNow();
    flow.moveTo(flow.state().closed(reason, dispatcher.loop().nowNanos()));
    dispatcher.events().opened(flow);
    dispatcher.tellClosed(flow, reason);
  }

  private DatagramFlow newFlow(DatagramDoor door, DatagramPath path) {
    long now = dispatcher.loop().nowNanos();
    return new DatagramFlow(dispatcher, door, lastFlowId.incrementAndGet(), path, now);
  }
}
