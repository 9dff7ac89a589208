package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.Acceptor;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ListenRequest;
import io.lb4j.internal.util.TokenBucket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Connections: the first loop accepts, and deals the clients out to all in turn. */
final class StreamEntrance implements Entrance {
  private final VirtualServerSettings settings;
  private final FlowGate gate;
  private final AccessControl access;
  private final TokenBucket rate; // null unless the rate of connections is limited
  private final List<StreamDispatcher> dispatchers = new ArrayList<>();
  private final List<Acceptor> acceptors = new ArrayList<>();
  private long lastFlowId; // of the accepting loop's thread
  private int nextDispatcher; // of the accepting loop's thread

  StreamEntrance(ServerParts parts, List<EventLoop> loops, List<FlowShard> shards) {
    settings = parts.settings();
    gate = parts.gate();
    access = parts.access();
    rate = parts.connectionRate().orElse(null);
    for (int i = 0; i < loops.size(); i++) {
      dispatchers.add(new StreamDispatcher(parts, loops.get(i), shards.get(i), this::pause));
    }
  }

  @Override
  public List<StreamDispatcher> dispatchers() {
    return dispatchers;
  }

  @Override
  public void listenOn(SocketAddress address) throws IOException {
    ListenRequest request =
        new ListenRequest(address, settings.backlog(), settings.clientSockets());
    acceptors.add(new Acceptor(acceptLoop(), request, this::onAccepted));
  }

  private EventLoop acceptLoop() {
    return dispatchers.get(0).loop();
  }

  @Override
  public List<SocketAddress> addresses() {
    return acceptors.stream().map(Acceptor::address).toList();
  }

  @Override
  public void open() {
    acceptLoop().execute(() -> acceptors.forEach(Acceptor::start));
  }

  @Override
  public void stop(boolean gently, Runnable stopped) {
    Consumer<Acceptor> how = gently ? Acceptor::finish : Acceptor::close;
    boolean accepted =
        acceptLoop()
            .execute(
                () -> {
                  acceptors.forEach(how);
                  // One turn later: only then has the poller let go of the sockets.
                  if (!acceptLoop().execute(stopped)) {
                    stopped.run(); // the loop is ending: there is no next turn
                  }
                });
    if (!accepted) {
      stopped.run();
    }
  }

  @Override
  public void abandon() {
    acceptors.forEach(Acceptor::close);
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
    StreamDispatcher dispatcher = nextDispatcher();
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
      StreamDispatcher dispatcher, long id, Accepted accepted, SocketAddress listening) {
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
  private StreamDispatcher nextDispatcher() {
    StreamDispatcher dispatcher = advance();
    for (int tries = 1; dispatcher.isStalled() && tries < dispatchers.size(); tries++) {
      dispatcher = advance();
    }
    return dispatcher;
  }

  private StreamDispatcher advance() {
    StreamDispatcher dispatcher = dispatchers.get(nextDispatcher);
    nextDispatcher = nextDispatcher + 1 < dispatchers.size() ? nextDispatcher + 1 : 0;
    return dispatcher;
  }

  private void acceptElsewhere(
      StreamDispatcher dispatcher, long id, Accepted accepted, SocketAddress listening) {
    try {
      dispatcher.accept(id, accepted, listening);
    } catch (OutOfMemoryError | UncheckedIOException shortage) {
      pause(shortage);
    }
  }

  /** What a new flow needs has run out. Any loop. */
  private void pause(Throwable shortage) {
    if (acceptLoop().inLoop()) {
      acceptors.forEach(acceptor -> acceptor.pause(shortage));
    } else {
      acceptLoop().execute(() -> acceptors.forEach(acceptor -> acceptor.pause(shortage)));
    }
  }
}
