package io.lb4j;

import io.lb4j.internal.net.DatagramPortRequest;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Datagrams. Where the system spreads clients over sockets that are bound to one address, each loop
 * has such a socket, so that a client's datagrams come to the loop that has its session; elsewhere
 * the first loop does all.
 */
final class DatagramEntrance implements Entrance {
  private final ServerParts parts;
  private final Transport transport;
  private final List<DatagramDispatcher> dispatchers = new ArrayList<>();
  private final List<SocketAddress> addresses = new ArrayList<>();
  private final List<EveryAddress> wildcards = new ArrayList<>();

  DatagramEntrance(
      ServerParts parts, List<EventLoop> loops, List<FlowShard> shards, Transport transport) {
    this.parts = parts;
    this.transport = transport;
    AtomicLong lastFlowId = new AtomicLong();
    for (int i = 0; i < loops.size(); i++) {
      dispatchers.add(new DatagramDispatcher(parts, loops.get(i), shards.get(i), lastFlowId));
    }
    dispatchers.forEach(dispatcher -> dispatcher.peers(dispatchers));
  }

  @Override
  public List<DatagramDispatcher> dispatchers() {
    return dispatchers;
  }

  @Override
  public void listenOn(SocketAddress address) throws IOException {
    InetSocketAddress inet = (InetSocketAddress) address;
    if (inet.getAddress().isAnyLocalAddress() && !transport.tellsLocalAddress()) {
      EveryAddress every = new EveryAddress(inet);
      every.bindAll(this::bind);
      addresses.add(every.wildcard());
      wildcards.add(every);
    } else {
      addresses.add(bind(inet, null));
    }
  }

  /** Binds an address on every loop that is to hear of it; returns it with its real port. */
  private InetSocketAddress bind(InetSocketAddress address, SocketAddress listening)
      throws IOException {
    int sockets = transport.spreadsDatagrams() ? dispatchers.size() : 1;
    InetSocketAddress bound = address;
    for (int i = 0; i < sockets; i++) {
      DatagramPortRequest request =
          new DatagramPortRequest(bound, sockets > 1, i > 0, parts.settings().clientSockets());
      bound = (InetSocketAddress) dispatchers.get(i).doors().listenOn(request, listening);
    }
    return bound;
  }

  @Override
  public List<SocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public void open() {
    dispatchers.forEach(dispatcher -> dispatcher.loop().execute(dispatcher.doors()::open));
  }

  @Override
  public void watchFrom(EventLoop control) {
    wildcards.forEach(
        every ->
            every.watchFrom(control, (address, listening) -> bindLater(every, address, listening)));
  }

  @Override
  public void unwatch() {
    wildcards.forEach(EveryAddress::unwatch);
  }

  /** An address that has come up since: one socket of the first loop does for it. */
  private void bindLater(EveryAddress every, InetSocketAddress address, SocketAddress listening) {
    DatagramDispatcher first = dispatchers.get(0);
    first
        .loop()
        .execute(
            () -> {
              if (!first.doors().listenLater(address, listening)) {
                every.forget(address);
              }
            });
  }

  @Override
  public void stop(boolean gently, Runnable stopped) {
    AtomicInteger left = new AtomicInteger(dispatchers.size());
    for (DatagramDispatcher dispatcher : dispatchers) {
      Runnable done =
          () -> {
            if (left.decrementAndGet() == 0) {
              stopped.run();
            }
          };
      boolean accepted =
          dispatcher
              .loop()
              .execute(
                  () -> {
                    if (gently) {
                      dispatcher.drain();
                    } else {
                      dispatcher.doors().close();
                    }
                    done.run();
                  });
      if (!accepted) {
        done.run();
      }
    }
  }

  @Override
  public void abandon() {
    dispatchers.forEach(dispatcher -> dispatcher.doors().close());
  }
}
