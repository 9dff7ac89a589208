package io.lb4j;

import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramOrigin;
import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.net.EventLoop;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of a UDP session. A client's datagram finds the session that it belongs to, or begins
 * one, which goes the way of every flow to a member; the session leaves that when it fails or is
 * unfit, and looks for another one with the client's next datagram. How datagrams move is a matter
 * of the {@link DatagramRelay}.
 */
final class DatagramDispatcher extends Dispatcher {
  private final UdpPolicy policy;
  private final InspectionPlan plan; // null if nobody looks at the first datagram
  private final DatagramDoors doors = new DatagramDoors(this);
  private final IdleOrder idle;
  private final SessionEntry entry;
  private final DatagramConnector connector;
  private final DatagramRelay relay;
  private final DatagramSpread spread = new DatagramSpread(this);
  private boolean drains;

  /**
   * For one loop.
   *
   * @param lastFlowId all loops' of the virtual server
   */
  DatagramDispatcher(ServerParts parts, EventLoop loop, FlowShard shard, AtomicLong lastFlowId) {
    super(parts, loop, shard);
    policy = settings().udp().orElseThrow();
    plan = settings().inspection().orElse(null);
    idle = new IdleOrder(loop, settings().relay().idleNanos(), this);
    entry = new SessionEntry(this, idle, parts, lastFlowId);
    connector = new DatagramConnector(this, entry);
    relay = new DatagramRelay(this, idle, policy);
  }

  DatagramDoors doors() {
    return doors;
  }

  DatagramConnector connector() {
    return connector;
  }

  DatagramRelay relay() {
    return relay;
  }

  DatagramCounts counts() {
    return relay.counts();
  }

  /** How many datagrams have come, from clients and members. */
  long arrivals() {
    return relay.counts().received();
  }

  // ---- its session

  /** A datagram has come. */
  void onDatagram(DatagramDoor door, DatagramOrigin origin, ByteBuffer payload) {
    relay.present(payload);
    try {
      dispatch(door, origin);
    } finally {
      relay.dropPresent();
    }
  }

  void dispatch(DatagramDoor door, DatagramOrigin origin) {
    DatagramFlow flow = door.find(origin);
    if (flow == null) {
      arrive(door, origin);
    } else if (policy.isPerDatagram()) {
      spread.dispatch(door, origin, flow);
    } else {
      boolean lost = flow.isLost();
      forward(flow);
      if (lost && flow.hasEnded() && relay.present() != null) {
        arrive(door, origin); // all that it could try had failed it: they may be back
      }
    }
  }

  /** It is the first of its session. */
  void arrive(DatagramDoor door, DatagramOrigin origin) {
    if (isClosed() || drains) {
      return;
    }
    DatagramPath path = origin.toPath();
    Optional<DatagramFlow> entered = door.isOwn(path) ? Optional.empty() : entry.admit(door, path);
    if (entered.isPresent()) {
      begin(door, origin, entered.get());
    }
  }

  private void begin(DatagramDoor door, DatagramOrigin origin, DatagramFlow flow) {
    try {
      door.add(origin, flow);
      relay.count(flow);
      limitLifetime(flow);
      events().opened(flow);
      admitClient(flow);
      inspect(flow);
      goOn(flow);
      relay.keep(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** The first datagram is all that there is to look at. */
  private void inspect(DatagramFlow flow) {
    if (plan != null && !flow.hasEnded()) {
      FirstBytes first = new FirstBytes(plan.policy().maxBytes(), events().guard());
      InspectedKeys keys = new InspectedKeys(plan.sources());
      first.show(relay.present().asReadOnlyBuffer());
      keys.look(first);
      flow.inspected(keys);
    }
  }

  /** It belongs to a session. */
  void forward(DatagramFlow flow) {
    try {
      relay.count(flow);
      idle.touch(flow);
      if (flow.isConnected()) {
        checkMember(flow);
      }
      if (flow.isConnected()) {
        relay.passOn(flow);
      } else if (flow.hasEnded()) {
        return;
      } else if (flow.isLost()) {
        flow.seekMember();
        connect(flow);
      }
      relay.keep(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** Another loop needs room for a session, and has none that it could end for it. */
  void makeRoom() {
    entry.evictOldest(null);
  }

  /** Those of the other loops, to be asked for room. */
  void peers(List<DatagramDispatcher> all) {
    entry.peers(all.stream().filter(other -> other != this).toList());
  }

  // ---- its member

  @Override
  MemberChoice.Choice choose(ActiveFlow flow) {
    MemberChoice.Choice chosen = spread.takeChosen(flow);
    return chosen != null ? chosen : super.choose(flow);
  }

  /** A session has a socket towards its member: what has come for that is passed on. */
  void connected(DatagramFlow flow) {
    try {
      DatagramLink link = flow.link();
      idle.touch(flow); // it may have waited for longer than it may be idle
      countConnected(flow, wantsVirtualClient() ? link.localAddress() : Optional.empty());
      if (!flow.isConnected()) {
        return; // a listener has closed it
      }
      flow.asked();
      relay.passOnAll(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** Leaves the member if it answers no more, or is unfit while another one is not. */
  private void checkMember(DatagramFlow flow) {
    if (isSilent(flow)) {
      memberFailed(flow, new SocketTimeoutException("no reply"));
      return;
    }
    PoolMember member = flow.state().member().orElseThrow();
    if (!member.state().isHealthy() && !flow.isTrial()) {
      PoolView view = member.pool().view();
      if (!view.panic() && !view.asked().isEmpty()) {
        leaveMember(flow);
      }
    }
  }

  /** Whether replies are due and there was none since the first of the last requests. */
  private boolean isSilent(DatagramFlow flow) {
    return policy.replies() > 0
        && flow.hasWaited(settings().relay().idleNanos(), loop().nowNanos());
  }

  private void leaveMember(DatagramFlow flow) {
    flow.loseMember();
    flow.releaseMember();
    flow.moveTo(flow.state().withoutMember());
  }

  /** The network has said that the member cannot be had. */
  void memberFailed(DatagramFlow flow, IOException failure) {
    flow.loseMember();
    noteFailure(flow, failure);
    if (drains || flow.attempts().size() >= settings().connectAttempts()) {
      finish(flow, CloseReason.CONNECT_FAILED);
    }
  }

  // ---- the end

  /** Nothing has moved in a session for as long as that may be. */
  void idle(DatagramFlow flow) {
    if (flow.place() != null) {
      return; // it waits in the queue, for as long as that lets it
    }
    try {
      if (flow.isConnected() && isSilent(flow)) {
        memberFailed(flow, new SocketTimeoutException("no reply"));
      }
    } finally {
      finish(flow, CloseReason.IDLE_TIMEOUT);
    }
  }

  /** A session has ended. */
  void forget(DatagramFlow flow) {
    idle.remove(flow);
    flow.door().remove(flow);
  }

  /** Opens no more sessions; those that there are go on, if they have members. On the loop. */
  void drain() {
    drains = true;
    shard()
        .forEach(
            flow -> {
              if (((DatagramFlow) flow).isLost()) {
                finish(flow, CloseReason.CONNECT_FAILED);
              }
            });
  }

  @Override
  void close() {
    super.close();
    doors.close();
  }
}
