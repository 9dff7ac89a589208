package io.lb4j;

import io.lb4j.internal.net.RelaySettings;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.util.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the builder of a virtual server collected, for those who carry it out. */
record VirtualServerSettings(
    String name,
    Pool pool,
    Optional<Routes> routes,
    PersistencePolicy persistence,
    Optional<InspectionPlan> inspection,
    Optional<String> protocol,
    Optional<UdpPolicy> udp,
    Optional<InetAddress> virtualClient,
    RelaySettings relay,
    FlowLimits limits,
    AccessPolicy access,
    SocketSettings clientSockets,
    SocketSettings memberSockets,
    boolean transparentToMembers,
    long connectTimeoutNanos,
    int connectAttempts,
    int maxFlows,
    int backlog,
    int loops,
    boolean daemon,
    TransportKind transport,
    List<FlowListener> listeners,
    List<FlowTap> taps,
    Clock clock) {

  /** Its own pool, and those that flows are routed to. */
  Set<Pool> pools() {
    Set<Pool> pools = new LinkedHashSet<>();
    pools.add(pool);
    routes.ifPresent(all -> pools.addAll(all.pools()));
    return pools;
  }

  /** Whether flows will know this key, if they have it. */
  boolean looksFor(KeySource source) {
    List<InspectedSource> needed = source.inspected();
    return needed.isEmpty()
        || inspection.map(plan -> plan.sources().containsAll(needed)).orElse(false);
  }

  /** The label of flows that came in at an address. */
  String protocolOf(SocketAddress listening) {
    int port = listening instanceof InetSocketAddress inet ? inet.getPort() : 0;
    return protocol.orElseGet(
        () -> udp.isPresent() ? WellKnownPorts.udpServiceOf(port) : WellKnownPorts.serviceOf(port));
  }

  /**
   * The source to connect from: the pinned address or the client's own, where the target is of its
   * kind.
   */
  Optional<SocketAddress> sourceFor(Flow flow, SocketAddress target) {
    if (!(target instanceof InetSocketAddress)) {
      return Optional.empty();
    }
    if (transparentToMembers && flow.client() instanceof InetSocketAddress inet) {
      return Optional.of(new InetSocketAddress(inet.getAddress(), 0));
    }
    return virtualClient.map(address -> new InetSocketAddress(address, 0));
  }
}
