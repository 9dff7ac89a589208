package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops of one virtual server, and the way in to them. */
final class FlowLoops {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final long PATIENCE_MILLIS = 5000;

  private final VirtualServerSettings settings;
  private final ServerParts parts;
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<FlowShard> shards = new ArrayList<>();
  private final TransportKind transport;
  private final Entrance entrance;
  private Optional<CompletableFuture<Void>> notListening = Optional.empty(); // guarded by this
  private Optional<LoopWatch> watch = Optional.empty(); // of the pool's control thread

  /** Opens the loops and binds the addresses; nothing runs yet. */
  FlowLoops(VirtualServerSettings settings, List<ServiceAddress> listen, FlowGate gate) {
    this(settings, listen, gate, TransportChoice.of(settings));
  }

  /** The same over a transport of the caller's. */
  FlowLoops(
      VirtualServerSettings settings,
      List<ServiceAddress> listen,
      FlowGate gate,
      Transport transport) {
    this.settings = settings;
    parts = ServerParts.of(settings, gate);
    this.transport = transport instanceof NioTransport ? TransportKind.NIO : TransportKind.EPOLL;
    try {
      for (int i = 0; i < settings.loops(); i++) {
        loops.add(openLoop(transport, i));
        shards.add(new FlowShard());
      }
    } catch (Throwable failure) {
      loops.forEach(EventLoop::stop);
      throw failure;
    }
    entrance =
        settings.udp().isPresent()
            ? new DatagramEntrance(parts, loops, shards, transport)
            : new StreamEntrance(parts, loops, shards);
    try {
      settings.virtualClient().ifPresent(this::checkVirtualClient);
      listen.forEach(this::listenOn);
    } catch (Throwable failure) { // want of memory as well
      abandon();
      throw failure;
    }
  }

  /** Foretells the choice for a client. Any thread. */
  Explanation explain(SocketAddress client) {
    Pool pool = settings.pool();
    return parts.pools().get(pool).choice().explain(client, pool.clock().nanoTime());
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
      entrance.listenOn(resolved(address));
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

  void start() {
    loops.forEach(loop -> loop.start(settings.daemon()));
    settings.pool().onControl(this::watchFrom);
    accept();
  }

  /** Takes clients in from now on. */
  void accept() {
    entrance.open();
  }

  /** The loops, the accepting one first. */
  List<EventLoop> loops() {
    return loops;
  }

  private void watchFrom(EventLoop control) {
    watch = Optional.of(new LoopWatch(entrance.dispatchers(), settings.clock(), control));
    watch.get().start();
    entrance.watchFrom(control);
  }

  private void unwatch(EventLoop control) {
    watch.ifPresent(LoopWatch::stop);
    entrance.unwatch();
  }

  /** Closes what the constructor opened, when it is not going to be started. */
  void abandon() {
    entrance.abandon();
    loops.forEach(EventLoop::stop);
  }

  /** A member can no longer be had. Any thread. */
  void act(MemberExit exit, FlowAction action) {
    List<? extends Dispatcher> dispatchers = entrance.dispatchers();
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
    return Optional.ofNullable(parts.pools().get(pool)).map(RoutedPool::persistence);
  }

  AccessControl access() {
    return parts.access();
  }

  /** What became of datagrams; all zero if there are none. Any thread. */
  DatagramCounters datagrams() {
    return DatagramCounts.sum(
        entrance.dispatchers().stream()
            .filter(DatagramDispatcher.class::isInstance)
            .map(dispatcher -> ((DatagramDispatcher) dispatcher).counts())
            .toList());
  }

  TransportKind transport() {
    return transport;
  }

  List<SocketAddress> addresses() {
    return entrance.addresses();
  }

  FlowTable table() {
    return new FlowTable(shards);
  }

  /**
   * Ends listening, in the way of whoever asks first.
   *
   * @param gently whether clients that have come already are still taken in
   */
  synchronized void stopListening(boolean gently) {
    if (notListening.isEmpty()) {
      CompletableFuture<Void> stopped = new CompletableFuture<>();
      notListening = Optional.of(stopped);
      entrance.stop(gently, () -> stopped.complete(null));
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
      LOG.warn("{} does not answer: a callback blocks it", loops.get(0));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Has every loop end its flows, and then itself. */
  void stop() {
    settings.pool().onControl(this::unwatch);
    for (Dispatcher dispatcher : entrance.dispatchers()) {
      dispatcher.loop().execute(dispatcher::close);
      dispatcher.loop().stop();
    }
  }

  /** Waits for the threads of stopped loops. */
  void join() {
    try {
      for (EventLoop loop : loops) {
        if (!loop.join(PATIENCE_MILLIS)) {
          LOG.warn("{} does not end: a callback blocks it", loop);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
