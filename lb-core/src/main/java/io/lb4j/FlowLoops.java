package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.Acceptor;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ListenRequest;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.Transport;
import io.lb4j.internal.util.TokenBucket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of one virtual server: the first one accepts, and deals the clients out to all in
 * turn.
 */
final class FlowLoops {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final long PATIENCE_MILLIS = 5000;

  private final VirtualServerSettings settings;
  private final FlowGate gate;
  private final AccessControl access;
  private final Map<Pool, RoutedPool> pools = new LinkedHashMap<>();
  private final TokenBucket rate; // null unless the rate of connections is limited
  private final List<Dispatcher> dispatchers = new ArrayList<>();
  private final List<Acceptor> acceptors = new ArrayList<>();
  private final List<FlowShard> shards = new ArrayList<>();
  private final TransportKind transport;
  private Optional<CompletableFuture<Void>> notListening = Optional.empty(); // guarded by this
  private Optional<LoopWatch> watch = Optional.empty(); // of the pool's control thread
  private long lastFlowId; // of the accepting loop's thread
  private int nextDispatcher; // of the accepting loop's thread

  /** Opens the loops and binds the addresses; nothing runs yet. */
  FlowLoops(VirtualServerSettings settings, List<ServiceAddress> listen, FlowGate gate) {
    this.settings = settings;
    this.gate = gate;
    FlowLimits limits = settings.limits();
    rate =
        limits.hasConnectionRate()
            ? new TokenBucket(limits.connectionsPerSecond(), settings.clock())
            : null;
    CallbackGuard guard = new CallbackGuard("virtual server " + settings.name(), settings.clock());
    FlowEvents events = new FlowEvents(settings.listeners(), settings.taps(), guard);
    for (Pool pool : settings.pools()) {
      pools.put(pool, RoutedPool.of(pool, settings, guard));
    }
    access = new AccessControl(settings.access(), events, guard, settings.clock());
    Transport transport = TransportChoice.of(settings);
    this.transport = transport instanceof NioTransport ? TransportKind.NIO : TransportKind.EPOLL;
    try {
      for (int i = 0; i < settings.loops(); i++) {
        FlowShard shard = new FlowShard();
        shards.add(shard);
        dispatchers.add(
            new Dispatcher(
                settings, openLoop(transport, i), shard, gate, access, pools.values(), events));
      }
      settings.virtualClient().ifPresent(this::checkVirtualClient);
      listen.forEach(this::listenOn);
    } catch (RuntimeException failure) {
      abandon();
      throw failure;
    }
  }

  /** Foretells the choice for a client. Any thread. */
  Explanation explain(SocketAddress client) {
    Pool pool = settings.pool();
    return pools.get(pool).choice().explain(client, pool.clock().nanoTime());
  }

  private EventLoop openLoop(Transport transport, int index) {
    String loopName = "lb4j-" + settings.name() + "-loop-" + index;
    try {
      return new EventLoop(loopName, transport, settings.clock());
    } catch (IOException failure) {
      throw failed("cannot open a poller", failure);
    }
  }

  private void listenOn(ServiceAddress address) {
    try {
      acceptors.add(
          new Acceptor(
              acceptLoop(),
              new ListenRequest(resolved(address), settings.backlog(), settings.clientSockets()),
              this::onAccepted));
    } catch (IOException failure) {
      throw failed("cannot listen on " + address, failure);
    }
  }

  /** An address that is not this machine's would fail for every flow; better it fails here. */
  private void checkVirtualClient(InetAddress address) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(address, 0));
    } catch (IOException failure) {
      throw failed("cannot use " + address.getHostAddress() + " as virtual client", failure);
    }
  }

  private static SocketAddress resolved(ServiceAddress address) throws UnknownHostException {
    Optional<SocketAddress> literal = address.withoutResolving();
    return literal.isPresent()
        ? literal.get()
        : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  private UncheckedIOException failed(String what, IOException cause) {
    String message = "virtual server " + settings.name() + ": " + what + ": " + cause.getMessage();
    return new UncheckedIOException(message, cause);
  }

  private EventLoop acceptLoop() {
    return dispatchers.get(0).loop();
  }

  void start() {
    dispatchers.forEach(dispatcher -> dispatcher.loop().start(settings.daemon()));
    settings.pool().onControl(this::watchFrom);
    accept();
  }

  /** Takes clients in from now on. */
  void accept() {
    acceptLoop().execute(() -> acceptors.forEach(Acceptor::start));
  }

  /** The loops, the accepting one first. */
  List<EventLoop> loops() {
    return dispatchers.stream().map(Dispatcher::loop).toList();
  }

  private void watchFrom(EventLoop control) {
    watch = Optional.of(new LoopWatch(dispatchers, settings.clock(), control));
    watch.get().start();
  }

  /** Closes what the constructor opened, when it is not going to be started. */
  void abandon() {
    acceptors.forEach(Acceptor::close);
    dispatchers.forEach(dispatcher -> dispatcher.loop().stop());
  }

  /** On the accepting loop: a client has come. */
  private void onAccepted(Accepted accepted, SocketAddress listening) {
    long id = ++lastFlowId;
    if (access.isOn() && refusesAtOnce(accepted.remoteAddress())) {
      dispatchers.get(0).refuse(id, accepted, listening, CloseReason.DENIED);
      return;
    }
    if (rate != null && !rate.tryTake()) {
      dispatchers.get(0).refuse(id, accepted, listening, CloseReason.CONNECTION_RATE);
      return;
    }
    if (!gate.enter()) {
      dispatchers.get(0).refuse(id, accepted, listening, CloseReason.MAX_FLOWS);
      return;
    }
    Dispatcher dispatcher = nextDispatcher();
    if (dispatcher.loop().inLoop()) {
      dispatcher.accept(id, accepted, listening);
    } else if (!handOver(dispatcher, id, accepted, listening)) {
      accepted.refuse();
    }
  }

  /** Whether a peer is not to be let in; who comes through a proxy is not known yet. */
  private boolean refusesAtOnce(SocketAddress peer) {
    boolean isProxy = settings.inspection().filter(plan -> plan.awaitsHeader(peer)).isPresent();
    return !isProxy && access.refusesAtOnce(peer);
  }

  /** Has another loop take the client; if that fails nobody counts it any more. */
  private boolean handOver(
      Dispatcher dispatcher, long id, Accepted accepted, SocketAddress listening) {
    boolean handedOver = false;
    try {
      handedOver =
          dispatcher.loop().execute(() -> acceptElsewhere(dispatcher, id, accepted, listening));
      return handedOver;
    } finally {
      if (!handedOver) {
        gate.leave();
      }
    }
  }

  /** The next in turn, but none that is held up while another is not. */
  private Dispatcher nextDispatcher() {
    Dispatcher dispatcher = advance();
    for (int tries = 1; dispatcher.isStalled() && tries < dispatchers.size(); tries++) {
      dispatcher = advance();
    }
    return dispatcher;
  }

  private Dispatcher advance() {
    Dispatcher dispatcher = dispatchers.get(nextDispatcher);
    nextDispatcher = nextDispatcher + 1 < dispatchers.size() ? nextDispatcher + 1 : 0;
    return dispatcher;
  }

  private void acceptElsewhere(
      Dispatcher dispatcher, long id, Accepted accepted, SocketAddress listening) {
    try {
      dispatcher.accept(id, accepted, listening);
    } catch (OutOfMemoryError | UncheckedIOException shortage) {
      acceptLoop().execute(() -> acceptors.forEach(acceptor -> acceptor.pause(shortage)));
    }
  }

  /** A member can no longer be had. Any thread. */
  void act(MemberExit exit, FlowAction action) {
    for (int i = 0; i < dispatchers.size(); i++) {
      Dispatcher dispatcher = dispatchers.get(i);
      double offset = (i + 1.0) / dispatchers.size(); // so that the loops take turns
      dispatcher.loop().execute(() -> dispatcher.act(exit, action, offset));
    }
  }

  /** Shows every open flow. Any thread. */
  void forEach(Consumer<ActiveFlow> visitor) {
    shards.forEach(shard -> shard.forEach(visitor));
  }

  /** Who is on record with which member of a pool; empty if no flow goes to that. */
  Optional<PersistenceTable> persistence(Pool pool) {
    return Optional.ofNullable(pools.get(pool)).map(RoutedPool::persistence);
  }

  AccessControl access() {
    return access;
  }

  TransportKind transport() {
    return transport;
  }

  List<SocketAddress> addresses() {
    return acceptors.stream().map(Acceptor::address).toList();
  }

  FlowTable table() {
    return new FlowTable(shards);
  }

  /** Ends listening, in the way of whoever asks first. */
  synchronized void stopListening(Consumer<Acceptor> how) {
    if (notListening.isPresent()) {
      return;
    }
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    notListening = Optional.of(stopped);
    boolean accepted =
        acceptLoop()
            .execute(
                () -> {
                  acceptors.forEach(how);
                  // One turn later: only then has the poller let go of the sockets.
                  if (!acceptLoop().execute(() -> stopped.complete(null))) {
                    stopped.complete(null); // the loop is ending: there is no next turn
                  }
                });
    if (!accepted) {
      stopped.complete(null);
    }
  }

  /** Waits until listening has ended, after it was asked for; not on a loop. */
  void awaitNotListening() {
    CompletableFuture<Void> stopped;
    synchronized (this) {
      stopped = notListening.orElseThrow();
    }
    try {
      stopped.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException blocked) {
      LOG.warn("{} does not answer: a callback blocks it", acceptLoop());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Has every loop end its flows, and then itself. */
  void stop() {
    settings.pool().onControl(control -> watch.ifPresent(LoopWatch::stop));
    for (Dispatcher dispatcher : dispatchers) {
      dispatcher.loop().execute(dispatcher::close);
      dispatcher.loop().stop();
    }
  }

  /** Waits for the threads of stopped loops. */
  void join() {
    try {
      for (Dispatcher dispatcher : dispatchers) {
        if (!dispatcher.loop().join(PATIENCE_MILLIS)) {
          LOG.warn("{} does not end: a callback blocks it", dispatcher.loop());
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
