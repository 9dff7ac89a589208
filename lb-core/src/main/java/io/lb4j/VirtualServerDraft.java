package io.lb4j;

import io.lb4j.internal.net.RelaySettings;
import io.lb4j.internal.net.SocketOption;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Clock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the builder of a virtual server was told so far, and the defaults of what it was not. Where
 * it matters whether something was told, it is an {@link Optional} until the settings are made.
 */
final class VirtualServerDraft {
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration UDP_IDLE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration HALF_CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_FLOWS = 50_000;
  private static final int BACKLOG = 4096;
  private static final int MOST_LOOPS = 256;

  final String name;
  final List<ServiceAddress> listen = new ArrayList<>();
  final List<FlowListener> listeners = new ArrayList<>();
  final List<FlowTap> taps = new ArrayList<>();
  Optional<Pool> pool = Optional.empty();
  PersistencePolicy persistence = PersistencePolicy.none();
  Optional<Routes> routes = Optional.empty();
  Optional<TrustedProxies> trustedProxies = Optional.empty();
  InspectionPolicy inspection = InspectionPolicy.defaults();
  AccessPolicy access = AccessPolicy.open();
  Optional<String> protocol = Optional.empty();
  Optional<InetAddress> virtualClient = Optional.empty();
  Optional<UdpPolicy> udp = Optional.empty();
  Optional<Duration> idleTimeout = Optional.empty();
  Optional<Duration> halfCloseTimeout = Optional.empty();
  Optional<Duration> maxFlowLifetime = Optional.empty();
  int maxConnectionRate = FlowLimits.NONE;
  long uploadLimit = RelaySettings.UNLIMITED;
  long downloadLimit = RelaySettings.UNLIMITED;
  Optional<Duration> connectTimeout = Optional.empty();
  int connectAttempts = 3;
  Optional<Integer> maxFlows = Optional.empty();
  Optional<Integer> backlog = Optional.empty();
  int loops = Math.min(Runtime.getRuntime().availableProcessors(), MOST_LOOPS);
  SocketOptions clientSockets = SocketOptions.defaults();
  SocketOptions memberSockets = SocketOptions.defaults();
  boolean daemon;
  Clock clock = Clock.SYSTEM;
  TransportKind transport = TransportKind.AUTO;

  VirtualServerDraft(String name) {
    this.name = name;
  }

  /** Its own pool, and those that flows are routed to. */
  List<Pool> pools() {
    List<Pool> pools = new ArrayList<>(List.of(pool.orElseThrow()));
    routes.ifPresent(all -> pools.addAll(all.pools()));
    return pools;
  }

  /** Every key that somebody may ask a flow for. */
  List<KeySource> keySources() {
    List<KeySource> sources = new ArrayList<>(persistence.keySources());
    sources.addAll(pool.orElseThrow().keySources());
    routes.ifPresent(
        all -> {
          sources.addAll(all.sources());
          all.pools().forEach(routed -> sources.addAll(routed.keySources()));
        });
    sources.addAll(access.keySources());
    return sources;
  }

  /** A condition that what it was told has to meet. */
  void checkState(boolean holds, String message) {
    Checks.state(holds, "virtual server " + name + ": " + message);
  }

  VirtualServerSettings settings() {
    return new VirtualServerSettings(
        name,
        pool.orElseThrow(),
        routes,
        persistence,
        InspectionPlan.of(inspection, trustedProxies, keySources()),
        protocol,
        udp,
        virtualClient,
        relay(),
        limits(),
        access,
        clientSockets.settings(),
        memberSockets.settings(),
        memberSockets.isOn(SocketOption.TRANSPARENT),
        connectTimeout.orElse(CONNECT_TIMEOUT).toNanos(),
        connectAttempts,
        maxFlows.orElse(MAX_FLOWS),
        backlog.orElse(BACKLOG),
        loops,
        daemon,
        transport,
        List.copyOf(listeners),
        List.copyOf(taps),
        clock);
  }

  private RelaySettings relay() {
    return new RelaySettings(
        idleTimeout.orElse(udp.isPresent() ? UDP_IDLE_TIMEOUT : IDLE_TIMEOUT).toNanos(),
        halfCloseTimeout.orElse(HALF_CLOSE_TIMEOUT).toNanos(),
        uploadLimit,
        downloadLimit);
  }

  private FlowLimits limits() {
    return new FlowLimits(
        maxFlowLifetime.map(Duration::toNanos).orElse((long) FlowLimits.NONE), maxConnectionRate);
  }
}
