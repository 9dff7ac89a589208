package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Clock;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A set of servers that provide one service, and how flows are spread over them. One pool may serve
 * many virtual servers; it then has one balancing state and one monitor for all of them.
 *
 * <p>A pool needs no closing: its threads (a control thread, a resolver thread if members are given
 * by name, probe threads if the monitor is your own) are daemons that start with the first virtual
 * server that uses it and end with the last.
 *
 * <p>Members may be added, removed and changed at any time from any thread. A change is in force
 * when the call returns: flows accepted later are spread by it, open flows are not touched unless
 * {@link Builder#onDown}, {@link Builder#onRemoved} or {@link Builder#onDisabled} says so.
 */
public final class Pool {
  /** How long {@link #retain} waits for names to be resolved for the first time. */
  private static final Duration FIRST_RESOLVE_WAIT = Duration.ofSeconds(5);

  private final PoolSettings settings;
  private final CallbackGuard guard;
  private final PoolMailbox mailbox;
  private final PoolFlows flows;
  private final Optional<FlowQueue> queue;
  private final Roster roster;
  private final MemberChanges changes;
  private final Recovery recovery;
  private final ViewPublisher publisher;
  private final boolean measuresResponseTime;
  private final Object lock = new Object();
  private int users; // guarded by lock
  private volatile Optional<PoolControl> control = Optional.empty(); // written under the lock

  private Pool(PoolSettings settings, Collection<MemberSpec> specs, List<MemberSource> sources) {
    this.settings = settings;
    guard = new CallbackGuard("pool " + settings.name(), settings.clock());
    List<PoolListener> listeners = new ArrayList<>();
    listeners.add(new PoolLog());
    listeners.addAll(settings.listeners());
    mailbox = new PoolMailbox(listeners, guard);
    flows = new PoolFlows(settings.flowActions());
    queue = settings.queue().map(policy -> new FlowQueue(policy, this::onQueueFull));
    roster = new Roster(this, settings, mailbox, specs, sources);
    changes = new MemberChanges(this, mailbox);
    recovery = new Recovery(settings, mailbox);
    measuresResponseTime = settings.strategy().measuresResponseTime();
    ViewComposer composer = new ViewComposer(settings, guard);
    publisher = new ViewPublisher(this, lock, roster.members(), recovery, composer, mailbox);
    publisher.publish();
    publisher.settleOffLoops();
  }

  /** Begins a pool; the name stands in logs and thread names. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** What it was called in {@link #builder}. */
  public String name() {
    return settings.name();
  }

  /** What its strategy and the header for its members ask of flows. */
  List<KeySource> keySources() {
    List<KeySource> all = new ArrayList<>(settings.strategy().keySources());
    proxyProtocol().ifPresent(protocol -> all.addAll(protocol.keySources()));
    return all;
  }

  /** How members are told who the client is. */
  Optional<ProxyProtocol> proxyProtocol() {
    return settings.proxyProtocol();
  }

  /** All members, in the order in which they joined. */
  public List<PoolMember> members() {
    return view().members();
  }

  /** The currently available members, of whatever priority group. */
  public List<PoolMember> availableMembers() {
    return view().available();
  }

  /**
   * The member at an address.
   *
   * @throws NoSuchElementException when there is none; {@link #findMember} asks without that
   */
  public PoolMember member(String host, int port) {
    ServiceAddress address = ServiceAddress.of(host, port);
    return findMember(address)
        .orElseThrow(() -> new NoSuchElementException(address + " is not in pool " + name()));
  }

  /** The member at an address. */
  public Optional<PoolMember> findMember(ServiceAddress address) {
    Checks.present("address", address);
    for (PoolMember member : view().members()) {
      if (member.address().equals(address)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a member of weight 1.
   *
   * @throws IllegalArgumentException when the pool has a member at this address already
   */
  public PoolMember add(String host, int port) {
    return add(MemberSpec.of(host, port));
  }

  /**
   * Adds a member.
   *
   * @throws IllegalArgumentException when the pool has a member at this address already
   */
  public PoolMember add(MemberSpec spec) {
    PoolMember member;
    synchronized (lock) {
      member = roster.add(spec);
      publisher.publish();
    }
    publisher.deliver();
    return member;
  }

  /**
   * Adds a source of members.
   *
   * @throws IllegalArgumentException when the pool has this source already
   * @throws IllegalStateException when it asks for a service and the JVM runs without the modules
   *     that {@link ServiceResolver#system} needs
   */
  public void addSource(MemberSource source) {
    synchronized (lock) {
      roster.add(source);
    }
  }

  /**
   * Takes a source out, and the members that it brought; their open flows go on unless {@link
   * Builder#onRemoved} says otherwise.
   *
   * @return false when the pool did not have it
   */
  public boolean removeSource(MemberSource source) {
    return change(() -> roster.remove(source));
  }

  /** The sources of members, in the order in which they were given. */
  public List<MemberSource> sources() {
    synchronized (lock) {
      return roster.sources();
    }
  }

  /**
   * Takes a member out; its open flows go on unless {@link Builder#onRemoved} says otherwise.
   *
   * @return false when it was not in the pool any more
   */
  public boolean remove(PoolMember member) {
    Checks.present("member", member);
    return change(() -> roster.remove(member));
  }

  /**
   * Makes the pool hold exactly these members, in one step: no flow sees half of the change.
   * Members whose address stays keep their flows, their counters and what is known of them; all
   * that their {@link MemberSpec} says is set anew: weight, limits, priority. Members that a {@link
   * MemberSource} brought are not concerned, but for those named here: they are the caller's from
   * now on.
   *
   * @throws IllegalArgumentException when an address is given twice; nothing has changed then
   */
  public void replaceMembers(Collection<MemberSpec> specs) {
    Map<ServiceAddress, MemberSpec> wanted = roster.byAddress(specs);
    change(
        () -> {
          roster.replace(wanted);
          return true;
        });
  }

  /** Makes a change; if there was one, flows see it on return and listeners hear of it. */
  private boolean change(BooleanSupplier change) {
    synchronized (lock) {
      if (!change.getAsBoolean()) {
        return false;
      }
      publisher.publish();
    }
    publisher.deliver();
    return true;
  }

  /** As {@link #change}, of what the control thread has found of a member. */
  private void find(BooleanSupplier finding) {
    synchronized (lock) {
      if (!finding.getAsBoolean()) {
        return;
      }
      publisher.publishFound();
    }
    publisher.deliver();
  }

  void setAdminState(PoolMember member, AdminState state) {
    change(() -> changes.administer(member, state));
  }

  void setWeight(PoolMember member, int weight) {
    change(() -> changes.reweight(member, weight));
  }

  /** The monitor's verdict; on the control thread. */
  void setHealth(PoolMember member, boolean up, String cause) {
    find(() -> changes.health(member, up, cause));
  }

  /** Whether the monitor wants the member drained, and why; on the control thread. */
  void setDraining(PoolMember member, boolean draining, String cause) {
    find(() -> changes.draining(member, draining, cause));
  }

  /** What the member's agent asks for; on the control thread. */
  void heed(PoolMember member, AgentOrders orders) {
    find(() -> changes.heed(member, orders));
  }

  /** Flows have failed on a member again and again; on the control thread. */
  void eject(PoolMember member, String cause) {
    change(() -> isWatched(member) && recovery.eject(member, roster.members(), cause));
  }

  /** The one flow to an ejected member got what it wanted, or did not; on the control thread. */
  void trialEnded(PoolMember member, Trial trial, boolean passed, String cause) {
    change(() -> isWatched(member) && recovery.trialEnded(member, trial, passed, cause));
  }

  /** A probe of an ejected member has passed; on the control thread. */
  void bringBack(PoolMember member) {
    change(() -> isWatched(member) && recovery.bringBack(member));
  }

  /** Whether anybody wants to know what is found of a member. */
  boolean isWatched(PoolMember member) {
    return member.state().inPool() && control.isPresent();
  }

  /** Does what the time has come for; on the control thread. */
  void advance() {
    change(() -> control.isPresent());
  }

  /**
   * Has all names resolved now and not only at their next turn, without waiting for the answers. A
   * name that is being resolved is not asked for twice; in a pool that is not in use nothing
   * happens.
   */
  public void resolveNow() {
    control().ifPresent(PoolControl::resolveNow);
  }

  /** What a source stands for now. On a resolver thread. */
  void discovered(Discovery discovery, List<MemberSpec> found) {
    change(() -> roster.discovered(discovery, found));
  }

  /** A name has an address now. */
  void onResolved() {
    change(() -> true);
  }

  /** Has the control thread do something with its loop; nobody does if the pool is not in use. */
  void onControl(Consumer<EventLoop> task) {
    control().ifPresent(running -> running.execute(() -> task.accept(running.loop())));
  }

  /** What runs for it while it is in use. Loops ask as well, so without the lock. */
  Optional<PoolControl> control() {
    return control;
  }

  /** A virtual server begins to use the pool. Waits a little for names that were never resolved. */
  void retain() {
    PoolControl running;
    synchronized (lock) {
      if (users++ == 0) {
        try {
          control = Optional.of(new PoolControl(this, settings));
        } catch (RuntimeException | Error failure) {
          users--;
          throw failure;
        }
        roster.beginUse();
        publisher.publish();
        roster.joinAll(control.get());
      }
      running = control.orElseThrow();
    }
    publisher.deliver();
    running.awaitResolved(FIRST_RESOLVE_WAIT);
  }

  /** A virtual server no longer uses the pool. */
  void release() {
    PoolControl ending;
    synchronized (lock) {
      if (--users > 0) {
        return;
      }
      ending = control.orElseThrow();
      control = Optional.empty();
      roster.endUse(recovery);
      publisher.publish();
    }
    ending.close();
    publisher.deliver();
  }

  /**
   * Moves long-lived flows away from members that have too many, which they never do by themselves:
   * resets flows ({@link CloseReason#REBALANCED}) at a rate, those that were idle longest first,
   * until no available member has more than its share by weight and one more. Their clients come
   * again and are spread by the strategy; they have 2 s for that before it is counted anew. Only
   * flows that are connected and open on both sides are touched. It ends by itself, or with the
   * last virtual server of the pool; a second call changes the rate. Any thread; it does not wait.
   *
   * @param flowsPerSecond how many flows end in a second at most, 1..1000000; 0 to stop
   * @return how many flows are too many now; 0 if the pool is not in use
   */
  public int rebalance(int flowsPerSecond) {
    Checks.range("flowsPerSecond", flowsPerSecond, 0, 1_000_000);
    Optional<PoolControl> running = control();
    int surplus = running.isEmpty() ? 0 : Rebalancer.surplusOf(view()); // before the first one ends
    running.ifPresent(it -> it.rebalance(flowsPerSecond));
    return surplus;
  }

  /**
   * Which member a client would get at this moment, and of every other one why not. Nothing is
   * changed by it. Persistence belongs to the virtual server: {@link VirtualServer#explain} regards
   * it.
   *
   * @param client its address; strategies that hash go by it
   */
  public Explanation explain(SocketAddress client) {
    Checks.present("client", client);
    return new Explainer(this, settings.clock().nanoTime()).explain(client, List.of());
  }

  PoolView view() {
    return publisher.view();
  }

  PoolFlows flows() {
    return flows;
  }

  /** How many flows wait for a member now. Any thread. */
  public int queued() {
    return queue.map(FlowQueue::size).orElse(0);
  }

  Optional<FlowQueue> queue() {
    return queue;
  }

  /** A member may have room for another flow. Any thread. */
  void onRoom() {
    if (queue.isPresent()) {
      queue.get().wake();
    }
  }

  private void onQueueFull() {
    mailbox.post(new PoolEvent.QueueFull(this, settings.queue().orElseThrow().length()));
    publisher.deliver();
  }

  Clock clock() {
    return settings.clock();
  }

  boolean measuresResponseTime() {
    return measuresResponseTime;
  }

  EjectionPolicy ejection() {
    return settings.ejection();
  }

  CallbackGuard guard() {
    return guard;
  }

  @Override
  public String toString() {
    PoolView now = view();
    return name() + " (" + now.available().size() + " of " + now.members().size() + " available)";
  }

  /**
   * Settings of a pool. Not thread-safe. Defaults: no members, weighted round robin, no monitor, no
   * maximum of flows per member, one group at a time, no panic, ejection as {@link
   * EjectionPolicy#defaults} has it, no slow start, the JVM's resolver asked again every 30 s.
   */
  public static final class Builder {
    private final String name;
    private final Map<ServiceAddress, MemberSpec> members = new LinkedHashMap<>();
    private final List<PoolListener> listeners = new ArrayList<>();
    private Optional<ProxyProtocol> proxyProtocol = Optional.empty();
    private BalancingStrategy strategy = BalancingStrategy.weightedRoundRobin();
    private HealthMonitor monitor = HealthMonitor.none();
    private int maxFlowsPerMember = Integer.MAX_VALUE;
    private int minAvailable = 1;
    private int panicThreshold;
    private EjectionPolicy ejection = EjectionPolicy.defaults();
    private Optional<Duration> slowStart = Optional.empty();
    private final List<MemberSource> sources = new ArrayList<>();
    private FlowActions flowActions = FlowActions.KEEP;
    private Optional<QueuePolicy> queue = Optional.empty();
    private NameResolver resolver = NameResolver.system();
    private Optional<ServiceResolver> serviceResolver = Optional.empty();
    private Duration resolveInterval = Duration.ofSeconds(30);
    private Clock clock = Clock.SYSTEM;

    private Builder(String name) {
      this.name = Checks.notBlank("name", name);
    }

    /**
     * Adds a member of weight 1.
     *
     * @param host a name or an IP literal; names are resolved on a thread of the pool
     * @param port 1..65535
     */
    public Builder member(String host, int port) {
      return member(MemberSpec.of(host, port));
    }

    /**
     * Adds a member.
     *
     * @param host a name or an IP literal; names are resolved on a thread of the pool
     * @param port 1..65535
     * @param weight 1..256
     */
    public Builder member(String host, int port, int weight) {
      return member(MemberSpec.of(host, port).weight(weight));
    }

    /** Adds a member; each address once. */
    public Builder member(MemberSpec spec) {
      if (members.containsKey(Checks.present("member", spec).address())) {
        throw Roster.alreadyThere(spec, name);
      }
      members.put(spec.address(), spec);
      return this;
    }

    /** Adds a source of members; each once. */
    public Builder source(MemberSource source) {
      if (sources.contains(Checks.present("source", source))) {
        throw Checks.bad("source", source, "a source that pool " + name + " has only once");
      }
      sources.add(source);
      return this;
    }

    /** How flows are spread; default weighted round robin. */
    public Builder strategy(BalancingStrategy strategy) {
      this.strategy = Checks.present("strategy", strategy);
      return this;
    }

    /** How members are told who the client is; default not at all. */
    public Builder proxyProtocol(ProxyProtocol protocol) {
      proxyProtocol = Optional.of(Checks.present("proxyProtocol", protocol));
      return this;
    }

    /** How members are probed; default not at all. */
    public Builder monitor(HealthMonitor monitor) {
      this.monitor = Checks.present("monitor", monitor);
      return this;
    }

    /**
     * How many flows any member takes at most, 1 or more; a member may have a smaller maximum of
     * its own.
     */
    public Builder maxFlowsPerMember(int maxFlows) {
      maxFlowsPerMember = Checks.range("maxFlowsPerMember", maxFlows, 1, Integer.MAX_VALUE);
      return this;
    }

    /**
     * How many members must be available in a priority group and those above it, or the next group
     * below joins (F5: priority group activation), 1..10000; default 1. That happens, and ends, for
     * new flows only. A group whose members are merely full brings no other in.
     */
    public Builder minAvailable(int members) {
      minAvailable = Checks.range("minAvailable", members, 1, 10_000);
      return this;
    }

    /**
     * Below which share of healthy members, in hundredths, health is ignored (Envoy: panic
     * threshold), 0..100; default 0, never. Then flows go to all members that neither an operator
     * nor an agent keeps them from, of all priority groups: when nearly all seem to be down, the
     * monitor is likelier to be wrong, or the few that are left would break down as well.
     */
    public Builder panicThreshold(int percent) {
      panicThreshold = Checks.range("panicThreshold", percent, 0, 100);
      return this;
    }

    /**
     * How flows wait when no member is available or all are full; default not at all, they are
     * refused.
     */
    public Builder queue(QueuePolicy policy) {
      queue = Optional.of(Checks.present("queue", policy));
      return this;
    }

    /** What becomes of the open flows of a member that goes down; default they go on. */
    public Builder onDown(FlowAction action) {
      flowActions = flowActions.onDown(Checks.present("onDown", action));
      return this;
    }

    /** What becomes of the open flows of a member that leaves the pool; default they go on. */
    public Builder onRemoved(FlowAction action) {
      flowActions = flowActions.onRemoved(Checks.present("onRemoved", action));
      return this;
    }

    /** What becomes of the open flows of a member that is disabled; default they go on. */
    public Builder onDisabled(FlowAction action) {
      flowActions = flowActions.onDisabled(Checks.present("onDisabled", action));
      return this;
    }

    /** When a member that fails its flows is taken out; default {@link EjectionPolicy#defaults}. */
    public Builder ejection(EjectionPolicy policy) {
      ejection = Checks.present("ejection", policy);
      return this;
    }

    /**
     * For how long a member that comes back, or joins a pool in use, gets less than its share: from
     * a tenth up to the whole in ten steps, of its weight and of its maximum of flows. 1 ms or
     * more; off by default, 10 s is a good value. Members begin at once with the pool itself.
     * Strategies that do not regard weights give it its turns all the same; the maximum holds with
     * them too.
     */
    public Builder slowStart(Duration window) {
      slowStart = Optional.of(Checks.atLeast("slowStart", window, Duration.ofMillis(1)));
      return this;
    }

    /** Who resolves names; default the JVM's resolver. */
    public Builder resolver(NameResolver resolver) {
      this.resolver = Checks.present("resolver", resolver);
      return this;
    }

    /** Who finds the servers of services; default {@link ServiceResolver#system}. */
    public Builder serviceResolver(ServiceResolver resolver) {
      serviceResolver = Optional.of(Checks.present("serviceResolver", resolver));
      return this;
    }

    /**
     * How long after an answer names are resolved again, 1 s or more; default 30 s. Earlier answers
     * stay while resolving fails.
     */
    public Builder resolveInterval(Duration interval) {
      resolveInterval = Checks.atLeast("resolveInterval", interval, Duration.ofSeconds(1));
      return this;
    }

    /** Hears the pool's changes; may be given several times. */
    public Builder listener(PoolListener listener) {
      listeners.add(Checks.present("listener", listener));
      return this;
    }

    /** The clock of everything that the pool times; for tests. */
    Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Makes the pool. It starts nothing yet.
     *
     * @throws IllegalStateException when the queue has no timeout, an ejection ends before it
     *     begins, or priority groups can never do what was asked; or when a source asks for a
     *     service and the JVM runs without the modules that {@link ServiceResolver#system} needs
     * @throws IllegalArgumentException when the monitor's timeout exceeds one of its intervals
     */
    public Pool build() {
      monitor.checkThatSettingsFit();
      Checks.state(
          queue.isEmpty() || queue.get().timeout().isPresent(),
          "pool " + name + " has a queue without a timeout: call QueuePolicy.timeout()");
      ejection.check(name);
      if (sources.isEmpty()) {
        PriorityGroups.check(name, List.copyOf(members.values()), minAvailable);
      }
      PoolSettings settings =
          new PoolSettings(
              name,
              strategy,
              proxyProtocol,
              monitor,
              maxFlowsPerMember,
              minAvailable,
              panicThreshold,
              flowActions,
              queue,
              ejection,
              slowStart,
              new ResolverSettings(resolver, serviceResolver, resolveInterval),
              List.copyOf(listeners),
              clock);
      return new Pool(settings, members.values(), sources);
    }
  }
}
