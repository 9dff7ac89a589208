package io.lb4j;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a flow to its member and to its end, on one loop: admit, route, identify, recall,
 * choose, connect (the next candidate on failure), close. How it comes in and how its bytes or
 * datagrams move is a matter of the protocol: see {@link StreamDispatcher} and {@link
 * DatagramDispatcher}. Each step is a method here and a room elsewhere; a flow never leaves its
 * loop, so nothing here is shared but the gate, the members' counters and the persistence table.
 */
abstract class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final VirtualServerSettings settings;
  private final EventLoop loop;
  private final FlowShard shard;
  private final FlowGate gate;
  private final AccessControl access;
  private final Map<Pool, PoolLane> lanes = new HashMap<>();
  private final PoolLane ownLane;
  private final Routes routes; // null if all flows go to the virtual server's own pool
  private final FlowEvents events;
  private final MemberDrains drains = new MemberDrains(this);
  private boolean closed;
  private volatile boolean stalled;

  Dispatcher(ServerParts parts, EventLoop loop, FlowShard shard) {
    this.settings = parts.settings();
    this.loop = loop;
    this.shard = shard;
    this.gate = parts.gate();
    this.access = parts.access();
    this.events = parts.events();
    parts.pools().values().forEach(pool -> lanes.put(pool.pool(), new PoolLane(pool, this)));
    ownLane = lanes.get(settings.pool());
    routes = settings.routes().orElse(null);
  }

  EventLoop loop() {
    return loop;
  }

  /** Whether its loop is held up, and so should get no more to do. Any thread. */
  boolean isStalled() {
    return stalled;
  }

  void stalled(boolean stalled) {
    this.stalled = stalled;
  }

  VirtualServerSettings settings() {
    return settings;
  }

  FlowShard shard() {
    return shard;
  }

  FlowGate gate() {
    return gate;
  }

  AccessControl access() {
    return access;
  }

  FlowEvents events() {
    return events;
  }

  PoolLane ownLane() {
    return ownLane;
  }

  /** Whether it takes no more flows, because the virtual server is closed. */
  boolean isClosed() {
    return closed;
  }

  /** The flow's first bytes have been looked at. */
  void received(ActiveFlow flow) {
    try {
      goOn(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** All is known of the flow that will be. */
  void goOn(ActiveFlow flow) {
    admit(flow);
    route(flow);
    if (!flow.hasEnded()) {
      identify(flow);
      recall(flow);
    }
  }

  private void route(ActiveFlow flow) {
    if (routes == null || flow.hasEnded()) {
      return;
    }
    Optional<PoolLane> lane = laneOf(flow);
    if (lane.isPresent()) {
      flow.lane(lane.get());
    } else {
      finish(flow, CloseReason.NO_ROUTE);
    }
  }

  private Optional<PoolLane> laneOf(ActiveFlow flow) {
    Optional<Pool> pool = events.guard().call("Router.route", () -> askRouter(flow), null);
    if (pool == null) {
      return Optional.empty();
    }
    if (pool.isEmpty()) {
      return routes.fallsBack() ? Optional.of(ownLane) : Optional.empty();
    }
    Optional<PoolLane> lane = Optional.ofNullable(lanes.get(pool.get()));
    if (lane.isEmpty()) {
      events.guard().complain("Router.route", "gave a pool that the routes do not name");
    }
    return lane;
  }

  /** What the router says; null, and a word in the log, when that is nothing. */
  private Optional<Pool> askRouter(ActiveFlow flow) {
    Optional<Pool> pool = routes.router().route(flow);
    if (pool == null) {
      events.guard().complain("Router.route", "gave null; the flow is refused");
    }
    return pool;
  }

  /** It is known who the client is. */
  void admitClient(ActiveFlow flow) {
    if (access.isOn() && !flow.hasEnded()) {
      access.admitClient(flow).ifPresent(reason -> finish(flow, reason));
    }
  }

  private void admit(ActiveFlow flow) {
    if (access.isOn() && !flow.hasEnded()) {
      access.admit(flow).ifPresent(reason -> finish(flow, reason));
    }
  }

  void limitLifetime(ActiveFlow flow) {
    FlowLimits limits = settings.limits();
    if (limits.hasLifetime()) {
      FlowLifetime lifetime = new FlowLifetime(this, flow);
      flow.lifetime(lifetime);
      loop.arm(
          lifetime, FlowLifetime.jittered(limits.lifetimeNanos(), ThreadLocalRandom.current()));
    }
  }

  /** A step of a flow failed: nothing of the flow stays behind. */
  void onStepFailure(ActiveFlow flow, Throwable failure) {
    onHandlerFailure(flow, failure);
    if (failure instanceof OutOfMemoryError noMemory) {
      throw noMemory; // whoever accepts will pause
    }
  }

  /** The same where a handler of the flow's own was called, so that it is nobody else's affair. */
  void onHandlerFailure(ActiveFlow flow, Throwable failure) {
    abort(flow, CloseReason.INTERNAL_ERROR);
    LastWords.say(LOG, "{} ended by a failure of lb4j", flow, failure);
  }

  private void identify(ActiveFlow flow) {
    List<FlowKey> keys = settings.persistence().keysOf(flow);
    if (!keys.isEmpty()) {
      flow.moveTo(flow.state().known(keys));
    }
  }

  /** Asks a store for the flow's member; a table is asked when the member is chosen. */
  private void recall(ActiveFlow flow) {
    StoreAccess store = flow.lane().store;
    if (store == null || flow.hasEnded() || flow.state().keys().isEmpty()) {
      connect(flow);
      return;
    }
    StoreLookup lookup = new StoreLookup(store, this, flow);
    flow.lookup(lookup);
    lookup.begin();
  }

  /**
   * What the store has on record for the flow is known.
   *
   * @param failure why not all of it; empty if all is
   */
  void recalled(ActiveFlow flow, String failure) {
    try {
      if (!failure.isEmpty()) {
        events.lookupFailed(flow, failure);
      }
      connect(flow);
    } catch (Throwable mistake) {
      onStepFailure(flow, mistake);
    }
  }

  /** Finds a member for it and connects it to that. */
  void connect(ActiveFlow flow) {
    if (flow.hasEnded()) {
      return; // a listener closed it
    }
    WaitingRoom waiting = flow.lane().waiting;
    if (waiting != null && flow.attempts().isEmpty() && waiting.isOccupied()) {
      waiting.enter(flow);
    } else {
      carryOut(flow, choose(flow));
    }
  }

  MemberChoice.Choice choose(ActiveFlow flow) {
    return flow.lane().choice.chooseFor(flow);
  }

  /** The flow has the turn in the queue: whether it needs its place no more. */
  boolean serve(QueuedFlow place) {
    try {
      return place.flow().lane().waiting.serve(place);
    } catch (Throwable failure) {
      onStepFailure(place.flow(), failure);
      return true;
    }
  }

  /** Does what was chosen: the next step of the flow, or its end. */
  void carryOut(ActiveFlow flow, MemberChoice.Choice made) {
    if (made instanceof MemberChoice.Refused refused) {
      WaitingRoom waiting = flow.lane().waiting;
      if (waiting != null && WaitingRoom.isWorthWaiting(flow, refused.reason())) {
        waiting.enter(flow);
      } else {
        finish(flow, flow.attempts().isEmpty() ? refused.reason() : CloseReason.CONNECT_FAILED);
      }
      return;
    }
    PoolMember member = ((MemberChoice.Chosen) made).member();
    if (flow.hasEnded()) {
      member.unreserve(flow); // the strategy closed it
      return;
    }
    flow.beginConnecting(member, settings.clock().nanoTime());
    SocketAddress target = member.socketAddress().orElseThrow();
    flow.connectTo(
        new ConnectRequest(target, settings.sourceFor(flow, target), settings.memberSockets()));
  }

  void connectFailed(ActiveFlow flow, IOException failure) {
    try {
      tryNext(flow, failure);
    } catch (Throwable mistake) {
      onStepFailure(flow, mistake);
    }
  }

  private void tryNext(ActiveFlow flow, IOException failure) {
    noteFailure(flow, failure);
    if (flow.attempts().size() < settings.connectAttempts()) {
      connect(flow);
    } else {
      finish(flow, CloseReason.CONNECT_FAILED);
    }
  }

  /** The flow's member could not be had: it does not have it any more. */
  void noteFailure(ActiveFlow flow, IOException failure) {
    flow.connectDecided();
    Duration taken = Duration.ofNanos(flow.connectNanos(settings.clock().nanoTime()));
    PoolMember member = flow.state().member().orElseThrow();
    ConnectAttempt attempt =
        new ConnectAttempt(member, outcomeOf(failure), taken, ConnectFailures.describe(failure));
    attempt.member().countConnectFailure();
    if (ConnectFailures.kindOf(failure) != ConnectFailures.Kind.LOCAL) {
      flow.memberFailed(attempt.detail());
    } else {
      flow.untried();
    }
    flow.releaseMember();
    flow.moveTo(flow.stateAfter(attempt));
    events.connectFailed(flow, attempt);
  }

  private static ConnectAttempt.Outcome outcomeOf(IOException failure) {
    return switch (ConnectFailures.kindOf(failure)) {
      case REFUSED -> ConnectAttempt.Outcome.REFUSED;
      case TIMED_OUT -> ConnectAttempt.Outcome.TIMED_OUT;
      case UNREACHABLE -> ConnectAttempt.Outcome.UNREACHABLE;
      case LOCAL, OTHER -> ConnectAttempt.Outcome.FAILED;
    };
  }

  /** Whether to know our address is worth a system call: someone may ask when it is too late. */
  boolean wantsVirtualClient() {
    return events.isWatched() || LOG.isDebugEnabled();
  }

  /** The flow is connected to its member. */
  void countConnected(ActiveFlow flow, Optional<SocketAddress> virtualClient) {
    flow.countConnected(loop.nowNanos());
    long connectedNanos = settings.clock().nanoTime(); // a local member answers within the turn
    flow.timeConnected(connectedNanos);
    flow.moveTo(flow.state().connected(virtualClient, flow.connectNanos(connectedNanos)));
    events.connected(flow);
  }

  boolean isTapped() {
    return events.isTapped();
  }

  void tap(ActiveFlow flow, Direction direction, ByteBuffer bytes) {
    events.data(flow, direction, bytes);
  }

  /** Ends a flow wherever it is. */
  void abort(ActiveFlow flow, CloseReason reason) {
    finish(flow, reason);
  }

  void closeFromAnyThread(ActiveFlow flow, CloseReason reason) {
    if (loop.inLoop()) {
      abort(flow, reason);
    } else {
      loop.execute(() -> abort(flow, reason));
    }
  }

  /**
   * A member can no longer be had: ends its flows at once or one after the other.
   *
   * @param offset which part of the time between two flows comes before the first, 0 to 1
   */
  void act(MemberExit exit, FlowAction action, double offset) {
    List<ActiveFlow> flows = new ArrayList<>();
    shard.forEach(
        flow -> {
          if (flow.isConnected() && flow.state().member().orElseThrow() == exit.member()) {
            flows.add(flow);
          }
        });
    if (action instanceof FlowAction.Drain drain) {
      drains.begin(exit, flows, drain.over().toNanos(), offset);
    } else {
      flows.forEach(flow -> abort(flow, exit.reason()));
    }
  }

  /** Ends every flow and takes no more. */
  void close() {
    closed = true;
    shard.forEach(flow -> abort(flow, CloseReason.SHUTDOWN));
  }

  /** Ends a flow, once. */
  void finish(ActiveFlow flow, CloseReason reason) {
    if (!flow.endsNow()) {
      return;
    }
    shard.countClosed(reason); // before the client can notice
    flow.cancelLifetime(loop);
    flow.endLookup();
    flow.dropSockets();
    flow.releaseMember();
    flow.leaveClientPlace();
    shard.remove(flow);
    gate.leave();
    WaitingRoom waiting = flow.lane().waiting; // from here on it takes memory
    if (waiting != null) {
      waiting.leave(flow);
    }
    flow.moveTo(flow.state().closed(reason, loop.nowNanos()));
    tellClosed(flow, reason);
  }

  void tellClosed(ActiveFlow flow, CloseReason reason) {
    if (LOG.isDebugEnabled() && reason != CloseReason.COMPLETED) {
      LOG.debug("{}", flow);
    }
    events.closed(flow, reason);
  }
}
