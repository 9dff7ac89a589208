package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.Relay;
import io.lb4j.internal.net.RelayEnd;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a flow, on one loop: accept, choose, connect (the next candidate on failure), relay,
 * close. Each step is a method here and a room elsewhere; a flow never leaves its loop, so nothing
 * here is shared but the gate, the members' counters and the persistence table.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final ByteBuffer NO_PREAMBLE = ByteBuffer.allocate(0).asReadOnlyBuffer();

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
  private final List<String> cookies; // by which clients are remembered
  private final InspectionPlan plan; // null if nobody looks at the first bytes
  private boolean closed;
  private volatile boolean stalled;

  Dispatcher(
      VirtualServerSettings settings,
      EventLoop loop,
      FlowShard shard,
      FlowGate gate,
      AccessControl access,
      Collection<RoutedPool> pools,
      FlowEvents events) {
    this.settings = settings;
    this.loop = loop;
    this.shard = shard;
    this.gate = gate;
    this.access = access;
    this.events = events;
    pools.forEach(pool -> lanes.put(pool.pool(), new PoolLane(pool, this)));
    ownLane = lanes.get(settings.pool());
    routes = settings.routes().orElse(null);
    cookies = settings.persistence().cookies();
    plan = settings.inspection().orElse(null);
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

  /** A client has come and was let in by the gate. */
  void accept(long id, Accepted accepted, SocketAddress listening) {
    Optional<ActiveFlow> opened = Optional.empty();
    try {
      opened = open(id, accepted, listening);
    } finally {
      if (opened.isEmpty()) {
        accepted.refuse();
        gate.leave();
      }
    }
    if (opened.isPresent()) {
      begin(opened.get());
    }
  }

  private void begin(ActiveFlow flow) {
    try {
      limitLifetime(flow);
      events.opened(flow);
      if (plan == null || !plan.awaitsHeader(flow.peer())) {
        admitClient(flow);
      }
      if (plan == null) {
        goOn(flow);
      } else if (!flow.hasEnded()) { // else it was refused, or a listener closed it
        receive(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void receive(ActiveFlow flow) throws IOException {
    if (plan.refuses(flow.peer())) {
      abort(flow, CloseReason.PROXY_HEADER);
      return;
    }
    if (!plan.inspects() && !plan.awaitsHeader(flow.peer())) {
      received(flow);
      return;
    }
    Reception reception = new Reception(this, flow, plan, events.guard());
    flow.reception(reception);
    reception.begin();
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
  private void goOn(ActiveFlow flow) {
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

  /** Adopts the client; empty when it has left already or this loop is closed. */
  private Optional<ActiveFlow> open(long id, Accepted accepted, SocketAddress listening) {
    if (closed) {
      return Optional.empty();
    }
    loop.buffers().prepare(); // a shortage shows here, not when a flow depends on it
    StreamSocket client;
    try {
      client = loop.poller().adopt(accepted, settings.clientSockets());
    } catch (IOException gone) {
      if (ConnectFailures.kindOf(gone) == ConnectFailures.Kind.LOCAL) {
        throw new UncheckedIOException(gone); // whoever accepts will pause
      }
      LOG.debug("{}: client {} left at once", settings.name(), accepted.remoteAddress());
      return Optional.empty();
    }
    try {
      ActiveFlow flow = new ActiveFlow(this, id, client, listening, loop.nowNanos());
      flow.lane(ownLane);
      shard.add(flow);
      shard.countOpened();
      return Optional.of(flow);
    } catch (Throwable failure) {
      client.reset();
      throw failure;
    }
  }

  private void limitLifetime(ActiveFlow flow) {
    FlowLimits limits = settings.limits();
    if (limits.hasLifetime()) {
      FlowLifetime lifetime = new FlowLifetime(this, flow);
      flow.lifetime(lifetime);
      loop.arm(
          lifetime, FlowLifetime.jittered(limits.lifetimeNanos(), ThreadLocalRandom.current()));
    }
  }

  /** A step of a flow failed: nothing of the flow stays behind. */
  private void onStepFailure(ActiveFlow flow, Throwable failure) {
    abort(flow, CloseReason.INTERNAL_ERROR);
    if (failure instanceof OutOfMemoryError noMemory) {
      throw noMemory; // whoever accepts will pause
    }
    LastWords.say(() -> LOG.error("{} ended by a failure of lb4j", flow, failure));
  }

  /** A client has come that is one too many. */
  void refuse(long id, Accepted accepted, SocketAddress listening, CloseReason reason) {
    ActiveFlow flow = new ActiveFlow(this, id, accepted, listening, loop.nowNanos());
    shard.countOpened();
    shard.countClosed(reason);
    accepted.refuse();
    flow.endsNow();
    flow.moveTo(flow.state().closed(reason, loop.nowNanos()));
    events.opened(flow);
    tellClosed(flow, reason);
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

  private void connect(ActiveFlow flow) {
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
    ConnectRequest request =
        new ConnectRequest(target, settings.sourceFor(flow, target), settings.memberSockets());
    // When this returns the flow may have been connected, or have failed over, or have ended.
    Optional<Connecting> attempt =
        Connecting.begin(loop, request, settings.connectTimeoutNanos(), flow);
    if (attempt.isPresent()) {
      flow.connecting(attempt.get());
    }
  }

  void connectFailed(ActiveFlow flow, IOException failure) {
    try {
      tryNext(flow, failure);
    } catch (Throwable mistake) {
      onStepFailure(flow, mistake);
    }
  }

  private void tryNext(ActiveFlow flow, IOException failure) {
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
    flow.moveTo(flow.state().failed(attempt));
    events.connectFailed(flow, attempt);
    if (flow.attempts().size() < settings.connectAttempts()) {
      connect(flow);
    } else {
      finish(flow, CloseReason.CONNECT_FAILED);
    }
  }

  private static ConnectAttempt.Outcome outcomeOf(IOException failure) {
    return switch (ConnectFailures.kindOf(failure)) {
      case REFUSED -> ConnectAttempt.Outcome.REFUSED;
      case TIMED_OUT -> ConnectAttempt.Outcome.TIMED_OUT;
      case UNREACHABLE -> ConnectAttempt.Outcome.UNREACHABLE;
      case LOCAL, OTHER -> ConnectAttempt.Outcome.FAILED;
    };
  }

  void connected(ActiveFlow flow, StreamSocket memberSocket) {
    try {
      relay(flow, memberSocket);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void relay(ActiveFlow flow, StreamSocket memberSocket) {
    flow.connectDecided();
    Relay relay;
    try {
      relay = new Relay(loop, flow.clientSocket(), memberSocket, settings.relay(), flow);
    } catch (Throwable failure) {
      memberSocket.reset();
      throw failure;
    }
    flow.attachRelay(relay);
    FlowState state = flow.state();
    flow.countConnected(loop.nowNanos());
    long connectedNanos = settings.clock().nanoTime(); // a local member answers within the turn
    flow.timeConnected(connectedNanos);
    flow.moveTo(
        state.connected(virtualClientIfAsked(memberSocket), flow.connectNanos(connectedNanos)));
    events.connected(flow);
    if (!flow.hasEnded()) { // else a listener closed it
      start(relay, flow);
    }
  }

  private void start(Relay relay, ActiveFlow flow) {
    if (!cookies.isEmpty()) {
      int mostBytes = plan.policy().maxBytes();
      relay.readReplies(new CookieLearner(flow, cookies, mostBytes, flow.lane().choice::learn));
    }
    ProxyProtocol proxyProtocol = flow.lane().proxyProtocol;
    if (flow.reception().isEmpty() && proxyProtocol == null) {
      relay.start();
      return;
    }
    ByteBuffer preamble =
        proxyProtocol == null ? NO_PREAMBLE : ByteBuffer.wrap(proxyProtocol.headerFor(flow));
    Optional<ByteBuffer> taken = flow.reception().flatMap(Reception::takeBytes);
    flow.reception(null); // its readers hold more than is to live as long as the flow
    relay.start(preamble, taken);
  }

  /** A system call that is spared unless someone may ask when the socket is closed. */
  private Optional<SocketAddress> virtualClientIfAsked(StreamSocket memberSocket) {
    return events.isWatched() || LOG.isDebugEnabled()
        ? memberSocket.localAddress()
        : Optional.empty();
  }

  boolean isTapped() {
    return events.isTapped();
  }

  void tap(ActiveFlow flow, Direction direction, ByteBuffer bytes) {
    events.data(flow, direction, bytes);
  }

  void relayEnded(ActiveFlow flow, RelayEnd end) {
    switch (end) {
      case COMPLETED -> {
        flow.completed();
        finish(flow, CloseReason.COMPLETED);
      }
      case CLIENT_RESET -> finish(flow, CloseReason.CLIENT_RESET);
      case SERVER_RESET -> {
        if (flow.bytesFromMember() == 0) {
          flow.memberFailed("reset before the first byte");
        }
        finish(flow, CloseReason.MEMBER_RESET);
      }
      case IDLE_TIMEOUT -> finish(flow, CloseReason.IDLE_TIMEOUT);
      case HALF_CLOSE_TIMEOUT -> finish(flow, CloseReason.HALF_CLOSE_TIMEOUT);
      case FAILED -> finish(flow, CloseReason.INTERNAL_ERROR);
      case ABORTED -> {} // whoever aborts it says why
    }
  }

  /** Ends a flow wherever it is. */
  void abort(ActiveFlow flow, CloseReason reason) {
    if (flow.hasEnded()) {
      return;
    }
    flow.relay().ifPresent(Relay::abort);
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
          if (flow.relay().isPresent() && flow.state().member().orElseThrow() == exit.member()) {
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

  private void finish(ActiveFlow flow, CloseReason reason) {
    if (!flow.endsNow()) {
      return;
    }
    shard.countClosed(reason); // before the client can notice
    flow.cancelLifetime(loop);
    flow.dropReception();
    flow.endLookup();
    WaitingRoom waiting = flow.lane().waiting;
    if (waiting != null) {
      waiting.leave(flow);
    }
    if (flow.relay().isEmpty()) {
      flow.dropSockets();
    }
    flow.releaseMember();
    flow.leaveClientPlace();
    shard.remove(flow);
    gate.leave();
    flow.moveTo(flow.state().closed(reason, loop.nowNanos())); // needs memory, so it comes after
    tellClosed(flow, reason);
  }

  private void tellClosed(ActiveFlow flow, CloseReason reason) {
    if (LOG.isDebugEnabled() && reason != CloseReason.COMPLETED) {
      LOG.debug("{}", flow);
    }
    events.closed(flow, reason);
  }
}
