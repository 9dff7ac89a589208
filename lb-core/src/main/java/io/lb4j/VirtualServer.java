package io.lb4j;

import io.lb4j.internal.net.RelaySettings;
import io.lb4j.internal.util.Addresses;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.TokenBucket;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address that clients see. Each client gets a connection of its own from here (the virtual
 * client) to a member of the pool, and bytes, ends and resets go through in both directions as if
 * it were one connection. With {@link Builder#udp()} it carries datagrams, in sessions.
 *
 * <p>It runs on event loops, threads of its own called {@code lb4j-<name>-loop-<i>}, as many as
 * there are processors unless said otherwise. They are no daemons unless asked to be: a started
 * virtual server keeps the JVM alive until it is closed.
 */
public final class VirtualServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final VirtualServerSettings settings;
  private final FlowLoops loops;
  private final FlowTable flows;
  private final ServerShutdown shutdown;

  private VirtualServer(VirtualServerSettings settings, List<ServiceAddress> listen) {
    this.settings = settings;
    FlowGate gate = new FlowGate(settings.maxFlows());
    loops = new FlowLoops(settings, listen, gate);
    flows = loops.table();
    shutdown = new ServerShutdown(settings, gate, loops, flows);
  }

  private void run() {
    List<Pool> retained = new ArrayList<>();
    try {
      for (Pool pool : settings.pools()) {
        pool.retain();
        retained.add(pool);
      }
    } catch (RuntimeException | Error failure) {
      retained.forEach(Pool::release);
      loops.abandon();
      throw failure;
    }
    try {
      settings.pools().forEach(pool -> pool.flows().join(loops));
      loops.start();
    } catch (RuntimeException | Error failure) { // no thread to be had, for example
      close();
      throw failure;
    }
    LOG.info("virtual server {} listens on {} for pool {}", name(), listening(), pool());
  }

  /** Begins a virtual server; the name stands in logs and thread names. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** What it was called in {@link #builder}. */
  public String name() {
    return settings.name();
  }

  /** The pool whose members serve its clients, unless {@link Routes} say otherwise. */
  public Pool pool() {
    return settings.pool();
  }

  /** That pool, and all that flows are routed to. */
  public Set<Pool> pools() {
    return settings.pools();
  }

  /**
   * The address that it listens on, with the real port where 0 was asked for; the first of several.
   * An {@link InetSocketAddress} or a {@link java.net.UnixDomainSocketAddress}.
   */
  public SocketAddress address() {
    return loops.addresses().get(0);
  }

  /** All addresses that it listens on, in the order given. */
  public List<SocketAddress> addresses() {
    return loops.addresses();
  }

  /** How it reaches its sockets: never {@link TransportKind#AUTO}. */
  public TransportKind transport() {
    return loops.transport();
  }

  /** What became of the datagrams of its clients and their members; all zero without UDP. */
  public DatagramCounters datagrams() {
    return loops.datagrams();
  }

  /** The open flows. */
  public FlowTable flows() {
    return flows;
  }

  /**
   * Which member of its own pool each client had; not used unless its persistence policy remembers
   * clients, and but for its counters not if that has a store of its own.
   */
  public PersistenceTable persistence() {
    return loops.persistence(pool()).orElseThrow();
  }

  /**
   * Which member of one of its {@link #pools} each client had: each pool has a table of its own, so
   * that a client may come back to one member of each.
   *
   * @throws IllegalArgumentException for any other pool
   */
  public PersistenceTable persistence(Pool pool) {
    return loops
        .persistence(Checks.present("pool", pool))
        .orElseThrow(() -> Checks.bad("pool", pool.name(), "a pool of virtual server " + name()));
  }

  /** Which clients it lets in now. */
  public AccessPolicy access() {
    return loops.access().policy();
  }

  /**
   * Lets other clients in from now on; open flows are not touched. Any thread. What is known of
   * clients stays, unless {@link AccessPolicy#clientKey} differs. Flows that came while there were
   * no limits do not count.
   *
   * @throws IllegalStateException when it takes a look at the client's first bytes to know a {@link
   *     AccessPolicy#clientKey} for which no look was planned when this was started
   */
  public void access(AccessPolicy access) {
    Checks.present("access", access);
    for (KeySource source : access.keySources()) {
      Checks.state(
          settings.looksFor(source),
          "virtual server "
              + name()
              + ": clientKey "
              + source
              + " is not looked for; have a policy with it in the builder's access()");
    }
    loops.access().replace(access);
  }

  /** How many flows were refused, or would have been. */
  public AccessCounters accessCounters() {
    return loops.access().counters();
  }

  /**
   * Which member of its own pool a client would get at this moment, and of every other one why not:
   * as {@link Pool#explain}, with persistence, but a store of the host's is not asked. Nothing is
   * changed by it; limits and the access policy of the virtual server are not regarded.
   *
   * @param client its address
   */
  public Explanation explain(SocketAddress client) {
    return loops.explain(Checks.present("client", client));
  }

  /**
   * Shuts down gently: takes in the clients that have connected already, stops listening, lets open
   * flows end by themselves for a while, resets those that are left, and closes. Called from an
   * event loop, as in a listener, it cannot wait: the grace then runs on a thread of its own.
   *
   * <p>With {@link Builder#udp()} it goes on to listen until it closes, for the sessions that there
   * are; datagrams of other clients are dropped.
   *
   * @param grace how long open flows may go on, 0 or more
   * @return whether every flow ended by itself within the grace; false when it did not wait
   */
  public boolean drain(Duration grace) {
    Checks.atLeast("grace", grace, Duration.ZERO);
    return shutdown.drain(grace);
  }

  /**
   * Stops listening, resets every open flow ({@link CloseReason#SHUTDOWN}) and ends the threads.
   * Returns when that is done; called from an event loop, as in a listener, it returns at once and
   * is done a moment later. Closing twice does nothing.
   */
  @Override
  public void close() {
    shutdown.close();
  }

  private List<String> listening() {
    return addresses().stream().map(Addresses::text).toList();
  }

  @Override
  public String toString() {
    return name() + " " + listening() + " -> " + pool();
  }

  /**
   * Settings of a virtual server. Not thread-safe. An address and a pool must be given; every other
   * setting has a default.
   */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final VirtualServerDraft draft;

    private Builder(String name) {
      draft = new VirtualServerDraft(Checks.notBlank("name", name));
    }

    /**
     * Listens on a host and port; may be given several times.
     *
     * @param host an address of this machine or a name of one; {@code 0.0.0.0} or {@code ::} for
     *     all
     * @param port 0..65535; 0 for any free one, which {@link VirtualServer#address} then tells
     */
    public Builder listen(String host, int port) {
      return listen(ServiceAddress.of(host, port));
    }

    /** Listens on an address, which may be a UNIX-domain path; may be given several times. */
    public Builder listen(ServiceAddress address) {
      draft.listen.add(Checks.present("listen", address));
      return this;
    }

    /** Whose members serve the clients. */
    public Builder pool(Pool pool) {
      draft.pool = Optional.of(Checks.present("pool", pool));
      return this;
    }

    /**
     * How much of what clients send first is looked at and how long it is waited for, if a {@link
     * KeySource} needs it; default {@link InspectionPolicy#defaults}.
     */
    public Builder inspection(InspectionPolicy inspection) {
      draft.inspection = Checks.present("inspection", inspection);
      return this;
    }

    /**
     * The proxies in front of it, whose connections begin with a PROXY header; default none, then
     * such a header is what the client says.
     */
    public Builder trustedProxies(TrustedProxies proxies) {
      draft.trustedProxies = Optional.of(Checks.present("trustedProxies", proxies));
      return this;
    }

    /** Which flows go to other pools than {@link #pool}; default none. */
    public Builder routes(Routes routes) {
      draft.routes = Optional.of(Checks.present("routes", routes));
      return this;
    }

    /** Whether clients come back to the same member; default not. */
    public Builder persistence(PersistencePolicy persistence) {
      draft.persistence = Checks.present("persistence", persistence);
      return this;
    }

    /** Which clients are let in; default all. */
    public Builder access(AccessPolicy access) {
      draft.access = Checks.present("access", access);
      return this;
    }

    /**
     * The label of its flows; default the service registered for the port listened on, else {@code
     * tcp}.
     */
    public Builder protocol(String label) {
      draft.protocol = Optional.of(Checks.notBlank("protocol", label));
      return this;
    }

    /**
     * The source address towards members; default the system's choice. Members of the other IP
     * family can then not be reached.
     *
     * @param ipLiteral an IP address of this machine; {@link #start} fails if it is not. Probes do
     *     not use it
     */
    public Builder virtualClient(String ipLiteral) {
      Checks.notBlank("virtualClient", ipLiteral);
      Optional<SocketAddress> literal;
      try {
        literal = ServiceAddress.of(ipLiteral, 0).withoutResolving();
      } catch (IllegalArgumentException noHost) { // it would name the host
        literal = Optional.empty();
      }
      SocketAddress address =
          literal.orElseThrow(() -> Checks.bad("virtualClient", ipLiteral, "an IP literal"));
      draft.virtualClient = Optional.of(((InetSocketAddress) address).getAddress());
      return this;
    }

    /**
     * Carries datagrams (UDP) instead of connections (TCP): sessions end when they are idle, and
     * each has one member. Everything is as it is for TCP but what is for connections, which {@link
     * #start} refuses: {@link #backlog}, {@link #connectTimeout}, {@link #halfCloseTimeout}, {@link
     * #uploadLimit}, {@link #downloadLimit}, {@link #trustedProxies}, persistence by a cookie,
     * options of TCP's sockets, UNIX-domain paths and version 1 of the PROXY protocol; version 2
     * begins each datagram.
     */
    public Builder udp() {
      return udp(UdpPolicy.defaults());
    }

    /** As {@link #udp()}, with other rules for sessions. */
    public Builder udp(UdpPolicy policy) {
      draft.udp = Optional.of(Checks.present("udp", policy));
      return this;
    }

    /**
     * How long nothing may move before both sides are reset, 1 ms or more; default 5 min, or 60 s
     * with {@link #udp}, where the session just ends.
     */
    public Builder idleTimeout(Duration timeout) {
      draft.idleTimeout = Optional.of(Checks.atLeast("idleTimeout", timeout, SHORTEST));
      return this;
    }

    /**
     * How long nothing may move once one side has ended its stream, 1 ms or more; default 30 s. A
     * long reply to a client that has ended its request goes on as long as it moves.
     */
    public Builder halfCloseTimeout(Duration timeout) {
      draft.halfCloseTimeout = Optional.of(Checks.atLeast("halfCloseTimeout", timeout, SHORTEST));
      return this;
    }

    /**
     * How long a flow may live from the accept on, 1 ms or more; default for ever. Each flow ends
     * up to a tenth earlier, at random, so that flows that began together do not all come again
     * together. Both sides are reset ({@link CloseReason#MAX_LIFETIME}), whatever is under way.
     */
    public Builder maxFlowLifetime(Duration lifetime) {
      draft.maxFlowLifetime = Optional.of(Checks.atLeast("maxFlowLifetime", lifetime, SHORTEST));
      return this;
    }

    /**
     * How many clients may come each second, 1..1000000; default any number. When none has come for
     * a second, as many may come at once: in any {@code t} seconds at most {@code (t + 1) *
     * perSecond}. Clients beyond it are reset at once ({@link CloseReason#CONNECTION_RATE}), also
     * when the pool has a queue: that is for want of members.
     */
    public Builder maxConnectionRate(int perSecond) {
      draft.maxConnectionRate =
          Checks.range("maxConnectionRate", perSecond, 1, TokenBucket.MOST_PER_SECOND);
      return this;
    }

    /**
     * How many bytes each flow may carry from its client in a second, 1..10000000000; default any
     * number. In any {@code t} seconds these are at most {@code t} times the limit and a tenth of
     * it. A client that sends faster is slowed down by back-pressure, and no other flow is.
     */
    public Builder uploadLimit(long bytesPerSecond) {
      draft.uploadLimit = checkBytes("uploadLimit", bytesPerSecond);
      return this;
    }

    /** How many bytes each flow may carry to its client in a second; as {@link #uploadLimit}. */
    public Builder downloadLimit(long bytesPerSecond) {
      draft.downloadLimit = checkBytes("downloadLimit", bytesPerSecond);
      return this;
    }

    private static long checkBytes(String name, long bytesPerSecond) {
      return Checks.range(name, bytesPerSecond, 1, RelaySettings.MOST_BYTES_PER_SECOND);
    }

    /** How long a member may take to accept a connection, 1 ms or more; default 5 s. */
    public Builder connectTimeout(Duration timeout) {
      draft.connectTimeout = Optional.of(Checks.atLeast("connectTimeout", timeout, SHORTEST));
      return this;
    }

    /** How many members are tried for a flow, each once, 1..100; default 3. */
    public Builder connectAttempts(int attempts) {
      draft.connectAttempts = Checks.range("connectAttempts", attempts, 1, 100);
      return this;
    }

    /**
     * How many flows may be open, 1..10000000; default 50000. Clients beyond it are reset at once;
     * with {@link #udp} a new session takes the place of the one that has been idle for longest, of
     * those of its loop ({@link CloseReason#EVICTED}).
     */
    public Builder maxFlows(int maxFlows) {
      draft.maxFlows = Optional.of(Checks.range("maxFlows", maxFlows, 1, 10_000_000));
      return this;
    }

    /**
     * How many clients the system keeps that are not accepted yet, 1..65535; default 4096. It may
     * keep fewer.
     */
    public Builder backlog(int backlog) {
      draft.backlog = Optional.of(Checks.range("backlog", backlog, 1, 65_535));
      return this;
    }

    /** How many event loops carry the flows, 1..256; default one for each processor. */
    public Builder loops(int loops) {
      draft.loops = Checks.range("loops", loops, 1, 256);
      return this;
    }

    /** What is set on the sockets towards clients; default nothing but the system's defaults. */
    public Builder clientSockets(SocketOptions options) {
      draft.clientSockets = Checks.present("clientSockets", options);
      return this;
    }

    /** What is set on the sockets towards members; default nothing but the system's defaults. */
    public Builder memberSockets(SocketOptions options) {
      draft.memberSockets = Checks.present("memberSockets", options);
      return this;
    }

    /**
     * Whether its threads are daemons, so that the JVM may end without {@link VirtualServer#close};
     * default not.
     */
    public Builder daemon(boolean daemon) {
      draft.daemon = daemon;
      return this;
    }

    /** How it reaches its sockets; default {@link TransportKind#AUTO}. */
    public Builder transport(TransportKind transport) {
      draft.transport = Checks.present("transport", transport);
      return this;
    }

    /** Hears what becomes of flows; may be given several times. */
    public Builder listener(FlowListener listener) {
      draft.listeners.add(Checks.present("listener", listener));
      return this;
    }

    /** Sees the bytes of all flows; may be given several times. */
    public Builder tap(FlowTap tap) {
      draft.taps.add(Checks.present("tap", tap));
      return this;
    }

    /**
     * Starts it: when this returns, clients can connect. Names among the pool's members are waited
     * for, at most 5 s.
     *
     * @throws IllegalStateException when no address or no pool was given, settings clash, or the
     *     transport or a socket option asked for cannot be had here; the message says why and what
     *     to do
     * @throws UncheckedIOException when an address cannot be listened on; the message names it
     */
    public VirtualServer start() {
      String server = "virtual server " + draft.name;
      Checks.state(!draft.listen.isEmpty(), server + " has no address: call listen()");
      Checks.state(draft.pool.isPresent(), server + " has no pool: call pool()");
      SideClashes.check(draft);
      draft.udp.ifPresent(policy -> new UdpClashes(draft, policy).check());
      VirtualServer started = new VirtualServer(settings(), draft.listen);
      started.run();
      DescriptorNeed.warn(draft);
      return started;
    }

    /** The clock of everything that the virtual server times; for tests. */
    Builder clock(Clock clock) {
      draft.clock = clock;
      return this;
    }

    VirtualServerSettings settings() {
      return draft.settings();
    }
  }
}
