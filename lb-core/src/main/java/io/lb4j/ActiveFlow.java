package io.lb4j;

import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Clock;
import io.lb4j.internal.wire.ProxyHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A live flow, of whatever transport protocol. The {@link Dispatcher} of its loop moves it from
 * step to step; it keeps what belongs to one flow. Only its loop writes; other threads read the
 * published state and the counters.
 */
abstract class ActiveFlow implements CountedFlow {
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(ActiveFlow.class, "state", FlowState.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Dispatcher dispatcher;
  private final long id;
  private final SocketAddress virtualServerAddress;
  private final long acceptedNanos;

  @SuppressWarnings("UnusedVariable") // through STATE
  private FlowState state = FlowState.ACCEPTED;

  // What only the loop knows.
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
  private AnswerTiming timing; // null unless the pool asks how fast members answer

  private volatile InspectedKeys inspected = InspectedKeys.NONE;

  ActiveFlow(
      Dispatcher dispatcher, long id, SocketAddress virtualServerAddress, long acceptedNanos) {
    this.dispatcher = dispatcher;
    this.id = id;
    this.virtualServerAddress = virtualServerAddress;
    this.acceptedNanos = acceptedNanos;
  }

  // ---- what depends on the protocol

  /** Connects to the member that is reserved; the dispatcher hears of the outcome. On its loop. */
  abstract void connectTo(ConnectRequest request);

  /** The attempt to connect has had its outcome. On its loop. */
  abstract void connectDecided();

  /** What its state is after an attempt that failed. */
  FlowState stateAfter(ConnectAttempt failed) {
    return state().failed(failed);
  }

  /** Whether it finds out if an ejected member works again. */
  final boolean isTrial() {
    return trial.isPresent();
  }

  /** Whether its member was connected. On its loop. */
  abstract boolean isConnected();

  /**
   * It has to wait, and ends if its client is lost until it is connected, as far as the protocol
   * and the transport tell. On its loop.
   */
  abstract void watchClient();

  /** Closes what is open of it. On its loop. */
  abstract void dropSockets();

  /** Our address towards the member, from the socket itself. Any thread. */
  abstract Optional<SocketAddress> addressTowardsMember();

  /** When something last moved. Any thread. */
  abstract long lastMoveNanos();

  // ---- what the dispatcher does with it, on its loop

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

  /** How long the present attempt to connect has taken. */
  long connectNanos(long nowNanos) {
    return nowNanos - connectBegunNanos;
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

  /** What was found in its first bytes. */
  void inspected(InspectedKeys keys) {
    inspected = keys;
  }

  /** The header in which a proxy told who the client is. Any thread. */
  Optional<ProxyHeader> proxyHeader() {
    return Optional.empty();
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

  /** What the member was asked first is under way to it. */
  final void asked() {
    if (timing != null) {
      timing.asked(dispatcher.loop().momentNanos());
    }
  }

  /** The member's first answer has come. */
  final void answered(long sinceNanos) {
    if (timing != null) {
      timing.answered(sinceNanos, dispatcher.loop().momentNanos());
    }
    memberPassed();
  }

  // ---- what anyone may ask

  @Override
  public long id() {
    return id;
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
    return known.isPresent() ? known : addressTowardsMember();
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
    return Duration.ofNanos(Math.max(0, nowOrClosed() - lastMoveNanos()));
  }

  private long nowOrClosed() {
    FlowState now = state();
    Clock clock = dispatcher.settings().clock();
    return now.closeReason().isPresent() ? now.closedNanos() : clock.nanoTime();
  }

  final long acceptedNanos() {
    return acceptedNanos;
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
