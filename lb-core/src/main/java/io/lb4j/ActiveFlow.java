package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.Relay;
import io.lb4j.internal.net.RelayEnd;
import io.lb4j.internal.net.RelayListener;
import io.lb4j.internal.net.Remote;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.Clock;
import io.lb4j.internal.wire.ProxyHeader;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A live flow. The {@link Dispatcher} of its loop moves it from step to step; it keeps what belongs
 * to one flow and tells the dispatcher what its sockets did. Only its loop writes; other threads
 * read the published state and the counters.
 */
final class ActiveFlow implements CountedFlow, Connecting.Outcome, RelayListener {
  private static final VarHandle STATE;
  private static final VarHandle RELAY;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(ActiveFlow.class, "state", FlowState.class);
      RELAY = lookup.findVarHandle(ActiveFlow.class, "relay", Relay.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Dispatcher dispatcher;
  private final long id;
  private final Remote client;
  private final SocketAddress virtualServerAddress;
  private final long acceptedNanos;

  @SuppressWarnings("UnusedVariable") // through STATE
  private FlowState state = FlowState.ACCEPTED;

  @SuppressWarnings("UnusedVariable") // through RELAY
  private Relay relay;

  // What only the loop knows.
  private final StreamSocket clientSocket; // null if the client was refused
  private Connecting connecting; // null unless one is under way
  private long connectBegunNanos;
  private boolean holdsMember;
  private Optional<Trial> trial = Optional.empty(); // there if it finds out whether a member works
  private boolean ended;
  private int slot = -1;
  private QueuedFlow place; // null unless it waits in the pool's queue
  private FlowLifetime lifetime; // null unless it is limited
  private ClientPlace clientPlace; // null unless its client's flows are limited
  private boolean spared; // by a dry run of the access policy
  private StoreLookup lookup; // null unless a store was asked for its member
  private PoolLane lane; // of its virtual server's own pool until it is routed
  private Reception reception; // null unless its first bytes matter
  private AnswerTiming timing; // null unless the pool asks how fast members answer

  private volatile InspectedKeys inspected = InspectedKeys.NONE;
  private volatile ProxyHeader proxyHeader; // null unless a proxy told who the client is

  ActiveFlow(
      Dispatcher dispatcher,
      long id,
      StreamSocket clientSocket,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    this(dispatcher, id, clientSocket, clientSocket, virtualServerAddress, acceptedNanos);
  }

  /** A flow whose client was refused: it has no sockets. */
  ActiveFlow(
      Dispatcher dispatcher,
      long id,
      Accepted refused,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    this(dispatcher, id, refused, null, virtualServerAddress, acceptedNanos);
  }

  private ActiveFlow(
      Dispatcher dispatcher,
      long id,
      Remote client,
      StreamSocket clientSocket,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    this.dispatcher = dispatcher;
    this.id = id;
    this.client = client;
    this.clientSocket = clientSocket;
    this.virtualServerAddress = virtualServerAddress;
    this.acceptedNanos = acceptedNanos;
  }

  // ---- what the dispatcher does with it, on its loop

  StreamSocket clientSocket() {
    return clientSocket;
  }

  /** A member is reserved for this flow and about to be connected to. */
  void beginConnecting(PoolMember chosen, long nowNanos) {
    connectBegunNanos = nowNanos;
    FlowState next;
    try {
      next = state().connecting(chosen);
    } catch (Throwable noMemory) {
      chosen.unreserve(this);
      throw noMemory;
    }
    moveTo(next);
    holdsMember = true;
    trial = chosen.trialOf(this);
    timing =
        chosen.pool().measuresResponseTime()
            ? new AnswerTiming(chosen.responseTimes(), nowNanos)
            : null;
  }

  void connecting(Connecting attempt) {
    connecting = attempt;
  }

  /** If it is a trial, it has come as far as this. */
  void countConnected(long nowNanos) {
    state().member().orElseThrow().countConnected();
    if (trial.isPresent()) {
      trial.get().connected(nowNanos);
    }
  }

  /** The attempt to connect has succeeded. */
  void timeConnected(long nowNanos) {
    if (timing != null) {
      timing.connected(nowNanos);
    }
  }

  void connectDecided() {
    connecting = null;
  }

  /** How long the present attempt to connect has taken. */
  long connectNanos(long nowNanos) {
    return nowNanos - connectBegunNanos;
  }

  void attachRelay(Relay started) {
    RELAY.setRelease(this, started);
  }

  Optional<Relay> relay() {
    return Optional.ofNullable((Relay) RELAY.getAcquire(this));
  }

  void moveTo(FlowState next) {
    STATE.setRelease(this, next);
  }

  FlowState state() {
    return (FlowState) STATE.getAcquire(this);
  }

  boolean hasEnded() {
    return ended;
  }

  /** Ends it once: false when it has ended already. */
  boolean endsNow() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /** Both sides have ended in order. */
  void completed() {
    if (timing != null) {
      timing.completed(dispatcher.loop().momentNanos());
    }
    memberPassed();
  }

  /** The attempt failed by no fault of the member. */
  void untried() {
    if (timing != null) {
      timing.untried();
    }
  }

  /** The member has shown that it works. */
  void memberPassed() {
    if (!holdsMember) {
      return;
    }
    PoolMember member = state().member().orElseThrow();
    if (trial.isEmpty()) {
      member.flowPassed();
    } else {
      member.trialEnded(trial.get(), true, "");
      trial = Optional.empty();
    }
  }

  /** The member has failed this flow. */
  void memberFailed(String cause) {
    if (timing != null) {
      timing.failed(dispatcher.loop().momentNanos());
    }
    if (!holdsMember) {
      return;
    }
    PoolMember member = state().member().orElseThrow();
    if (trial.isEmpty()) {
      member.flowFailed(cause);
    } else {
      member.trialEnded(trial.get(), false, cause);
      trial = Optional.empty();
    }
  }

  /** Gives the member's place back, if one is held. */
  void releaseMember() {
    if (holdsMember) {
      holdsMember = false;
      if (timing != null) {
        timing.ended(dispatcher.loop().momentNanos());
      }
      if (trial.isPresent()) {
        trial.get().leave(this);
        trial = Optional.empty();
      }
      state().member().orElseThrow().release();
    }
  }

  /** Forgets what was taken in and not passed on. */
  void dropReception() {
    if (reception != null) {
      reception.drop();
    }
  }

  /** Closes what is open before there is a relay. */
  void dropSockets() {
    if (connecting != null) {
      connecting.abort();
    }
    connectDecided();
    if (clientSocket != null) {
      clientSocket.reset();
    }
  }

  /** Its place in the queue; null unless it waits. */
  QueuedFlow place() {
    return place;
  }

  void place(QueuedFlow taken) {
    place = taken;
  }

  void lifetime(FlowLifetime limit) {
    lifetime = limit;
  }

  void cancelLifetime(EventLoop loop) {
    if (lifetime != null) {
      loop.cancel(lifetime);
    }
  }

  /** What a store of the host's was asked for it. */
  Optional<StoreLookup> lookup() {
    return Optional.ofNullable(lookup);
  }

  void lookup(StoreLookup begun) {
    lookup = begun;
  }

  void endLookup() {
    if (lookup != null) {
      lookup.end();
    }
  }

  PoolLane lane() {
    return lane;
  }

  void lane(PoolLane taken) {
    lane = taken;
  }

  Optional<Reception> reception() {
    return Optional.ofNullable(reception);
  }

  void reception(Reception begun) {
    reception = begun;
  }

  /** What was found in its first bytes. */
  void inspected(InspectedKeys keys) {
    inspected = keys;
  }

  /** A proxy has told who the client is. */
  void proxied(ProxyHeader header) {
    proxyHeader = header;
  }

  Optional<ProxyHeader> proxyHeader() {
    return Optional.ofNullable(proxyHeader);
  }

  InspectedKeys inspected() {
    return inspected;
  }

  @Override
  public void spare() {
    spared = true;
  }

  @Override
  public boolean isSpared() {
    return spared;
  }

  @Override
  public void clientPlace(ClientPlace taken) {
    clientPlace = taken;
  }

  @Override
  public boolean hasClientPlace() {
    return clientPlace != null;
  }

  @Override
  public void leaveClientPlace() {
    if (clientPlace != null) {
      clientPlace.leave();
      clientPlace = null;
    }
  }

  int slot() {
    return slot;
  }

  void slot(int slot) {
    this.slot = slot;
  }

  // ---- what its sockets tell, on its loop

  @Override
  public void onConnected(StreamSocket memberSocket) {
    dispatcher.connected(this, memberSocket);
  }

  @Override
  public void onConnectFailed(IOException failure) {
    dispatcher.connectFailed(this, failure);
  }

  @Override
  public boolean wantsBytes() {
    return dispatcher.isTapped();
  }

  @Override
  public void onBytes(boolean fromClient, ByteBuffer bytes) {
    dispatcher.tap(this, fromClient ? Direction.FROM_CLIENT : Direction.FROM_MEMBER, bytes);
  }

  @Override
  public void onFirstRequest() {
    if (timing != null) {
      timing.asked(dispatcher.loop().momentNanos());
    }
  }

  @Override
  public void onFirstReply() {
    if (timing != null) {
      long sinceNanos = relay().orElseThrow().lastMoveNanos();
      timing.answered(sinceNanos, dispatcher.loop().momentNanos());
    }
    memberPassed();
  }

  @Override
  public void onHalfClosed(boolean byClient) {
    moveTo(state().halfClosed(byClient));
  }

  @Override
  public void onEnd(RelayEnd end) {
    dispatcher.relayEnded(this, end);
  }

  // ---- what anyone may ask

  @Override
  public long id() {
    return id;
  }

  @Override
  public SocketAddress client() {
    ProxyHeader header = proxyHeader;
    return header == null ? peer() : header.source().orElseGet(this::peer);
  }

  @Override
  public SocketAddress peer() {
    return client.remoteAddress();
  }

  @Override
  public SocketAddress destination() {
    ProxyHeader header = proxyHeader;
    if (header != null && header.destination().isPresent()) {
      return header.destination().get();
    }
    boolean isWildcard =
        virtualServerAddress instanceof InetSocketAddress inet
            && inet.getAddress().isAnyLocalAddress();
    return isWildcard && clientSocket != null
        ? clientSocket.localAddress().orElse(virtualServerAddress)
        : virtualServerAddress;
  }

  @Override
  public String virtualServer() {
    return dispatcher.settings().name();
  }

  @Override
  public SocketAddress virtualServerAddress() {
    return virtualServerAddress;
  }

  @Override
  public Optional<SocketAddress> virtualClient() {
    Optional<SocketAddress> known = state().virtualClient();
    return known.isPresent() ? known : relay().flatMap(Relay::addressTowardsServer);
  }

  @Override
  public Optional<PoolMember> member() {
    return state().member();
  }

  @Override
  public String protocol() {
    return dispatcher.settings().protocolOf(virtualServerAddress);
  }

  @Override
  public Phase phase() {
    return state().phase();
  }

  @Override
  public Duration age() {
    return Duration.ofNanos(nowOrClosed() - acceptedNanos);
  }

  @Override
  public Duration idle() {
    long lastMove = relay().map(Relay::lastMoveNanos).orElse(acceptedNanos);
    return Duration.ofNanos(Math.max(0, nowOrClosed() - lastMove));
  }

  private long nowOrClosed() {
    FlowState now = state();
    Clock clock = dispatcher.settings().clock();
    return now.closeReason().isPresent() ? now.closedNanos() : clock.nanoTime();
  }

  @Override
  public long bytesFromClient() {
    return relay().map(Relay::bytesFromClient).orElse(0L);
  }

  @Override
  public long bytesFromMember() {
    return relay().map(Relay::bytesFromServer).orElse(0L);
  }

  @Override
  public Optional<String> persistenceKey() {
    return state().keys().stream().findFirst().map(FlowKey::toString);
  }

  @Override
  public List<ConnectAttempt> attempts() {
    return state().attempts();
  }

  @Override
  public Optional<CloseReason> closeReason() {
    return state().closeReason();
  }

  @Override
  public boolean mayUse(PoolMember member) {
    return !member.isFull() && !state().hasFailedOn(member);
  }

  @Override
  public void close() {
    close(CloseReason.CLOSED_BY_HOST);
  }

  /** Ends it for a reason. Any thread. */
  void close(CloseReason reason) {
    dispatcher.closeFromAnyThread(this, reason);
  }

  @Override
  public String toString() {
    return FlowFormat.line(this);
  }
}
