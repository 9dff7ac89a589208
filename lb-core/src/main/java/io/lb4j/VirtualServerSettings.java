package io.lb4j;

import io.lb4j.internal.net.RelaySettings;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.util.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/** What the builder of a virtual server collected, for those who carry it out. */
record VirtualServerSettings(
    String name,
    Pool pool,
    PersistencePolicy persistence,
    Optional<String> protocol,
    Optional<InetAddress> virtualClient,
    RelaySettings relay,
    SocketSettings sockets,
    long connectTimeoutNanos,
    int connectAttempts,
    int maxFlows,
    int backlog,
    int loops,
    boolean daemon,
    List<FlowListener> listeners,
    List<FlowTap> taps,
    Clock clock) {

  /** The label of flows that came in at an address. */
  String protocolOf(SocketAddress listening) {
    int port = listening instanceof InetSocketAddress inet ? inet.getPort() : 0;
    return protocol.orElseGet(() -> WellKnownPorts.serviceOf(port));
  }

  /** The source to connect from: the pinned address, where the target is of its kind. */
  Optional<SocketAddress> sourceFor(SocketAddress target) {
    return target instanceof InetSocketAddress
        ? virtualClient.map(address -> new InetSocketAddress(address, 0))
        : Optional.empty();
  }
}
