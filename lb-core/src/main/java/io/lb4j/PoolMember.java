package io.lb4j;

import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.TokenBucket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server in a pool: one service at one address. It keeps its counters through every change of the
 * pool, and its open flows are not touched by one unless the pool was told so. One that has left
 * its pool is not changed any more: to enable, drain, disable or reweight it does nothing.
 */
public final class PoolMember {
  private final Optional<PoolMember> present = Optional.of(this); // made once, not for each flow
  private final Pool pool;
  private final ServiceAddress address;
  private final AtomicInteger activeFlows = new AtomicInteger();
  private final Map<Check, AtomicInteger> runningProbes = new ConcurrentHashMap<>(1);
  private final LongAdder flowsTotal = new LongAdder();
  private final LongAdder connectFailures = new LongAdder();
  private final LongAdder probesSetAside = new LongAdder();
  private final PassiveHealth passive = new PassiveHealth();
  private final ResponseTime responseTimes = new ResponseTime();
  private final MemberHistory history;
  private volatile MemberState state;
  private volatile TokenBucket rate; // null unless the rate of new flows is limited
  private volatile Optional<SocketAddress> socketAddress;
  private volatile Optional<LastProbe> lastProbe = Optional.empty();
  private volatile double utilisation = Double.NaN; // until it is reported

  /**
   * The result of the last probe of a member.
   *
   * @param result what it found
   * @param duration how long it took
   * @param at when it ended
   * @param monitor which check it was, such as {@code tcp}; a monitor may combine several
   */
  public record LastProbe(ProbeResult result, Duration duration, Instant at, String monitor) {}

  /** This member, as what may be there. */
  Optional<PoolMember> present() {
    return present;
  }

  /**
   * A member.
   *
   * @param startsAtOnce whether it takes its full share as soon as it is available
   */
  PoolMember(Pool pool, MemberSpec spec, boolean startsAtOnce) {
    this.history = new MemberHistory(startsAtOnce);
    this.pool = pool;
    this.address = spec.address();
    this.state = MemberState.of(spec);
    limitRate(spec);
    this.socketAddress = address.withoutResolving();
  }

  /** Where the service is, as it was given to the pool. */
  public ServiceAddress address() {
    return address;
  }

  /** The pool that it is or was in. */
  public Pool pool() {
    return pool;
  }

  /** Its share compared with others', 1..256. */
  public int weight() {
    return state.spec().weight();
  }

  /**
   * Its share at this moment, in hundredths: the configured weight times the share that its agent
   * asks for and that of a slow start. What a strategy of your own should go by; it gets a new list
   * whenever that of an available member has changed. 0 while the agent asks for no share,
   * 1..2560000 otherwise.
   */
  public int effectiveWeight() {
    return state.effectiveWeight();
  }

  /** How many flows it takes at most; {@link Integer#MAX_VALUE} for no limit. */
  public int maxFlows() {
    return state.spec().maxFlows();
  }

  /** How many new flows it takes in a second; 1000000 for no limit. */
  public int flowsPerSecond() {
    return state.spec().flowsPerSecond();
  }

  /** Which priority group it is in, 0..65535; higher ones first. */
  public int priority() {
    return state.spec().priority();
  }

  /** Whether it stands below all priority groups. */
  public boolean isBackup() {
    return state.spec().isBackup();
  }

  /** What the operator wants of it. */
  public AdminState adminState() {
    return state.admin();
  }

  /**
   * What the monitor knows of it. Flows go by it a moment later, and {@link PoolEvent.MemberUp} or
   * {@link PoolEvent.MemberDown} is told when they do.
   */
  public Health health() {
    return state.found().health();
  }

  /**
   * For how long {@link #health} has been what it is, by the clock of the pool; empty in a pool
   * that is not in use. A member that is not watched has been {@link Health#UNKNOWN} since it was
   * in a pool in use.
   */
  public Optional<Duration> healthAge() {
    OptionalLong since = state.found().sinceNanos();
    return since.isPresent()
        ? Optional.of(Duration.ofNanos(pool.clock().nanoTime() - since.getAsLong()))
        : Optional.empty();
  }

  /** The last probe's result; empty before the first and without a monitor. */
  public Optional<LastProbe> lastProbe() {
    return lastProbe;
  }

  /** What its agent has asked for; empty as long as that is nothing. */
  public Optional<AgentVerdict> agent() {
    AgentVerdict verdict = state.found().agent();
    return verdict.equals(AgentVerdict.NONE) ? Optional.empty() : Optional.of(verdict);
  }

  /**
   * Whether nothing is to be said against new clients: it is in the pool, its name resolved,
   * healthy, not ejected, and neither the operator nor a monitor nor its agent keeps them away. It
   * may be in a priority group that is not asked.
   */
  public boolean isAvailable() {
    MemberState now = state;
    return now.takesNewClients() && now.isHealthy() && socketAddress.isPresent();
  }

  /** Whether its failures keep flows away from it; see {@link EjectionPolicy}. */
  public boolean isEjected() {
    return state.bench().isPresent();
  }

  /** Its share during a slow start in hundredths, 10..100; 100 when there is none. */
  public int slowStartPercent() {
    return state.slowStart().percent();
  }

  /** Whether it is fit but for an ejection of which the time is over. */
  boolean awaitsTrial() {
    MemberState now = state;
    return now.isOnTrial()
        && now.takesNewClients()
        && now.found().isHealthy()
        && socketAddress.isPresent();
  }

  /** Whether it may take new clients as far as its health is not asked. */
  boolean takesNewClients() {
    return state.takesNewClients() && socketAddress.isPresent();
  }

  /**
   * Whether clients that persistence sends to it may get it: as {@link #isAvailable}, or draining.
   *
   * @param anyHealth whether its health does not matter
   */
  boolean takesPersisted(boolean anyHealth) {
    MemberState now = state;
    return now.isAdmitted() && (anyHealth || now.isHealthy()) && socketAddress.isPresent();
  }

  /**
   * Says how much of the member's host is in use, for {@link BalancingStrategy#hostUtilisation}; it
   * holds until the next report. Any thread, as often as you like: it costs one write.
   *
   * @param used 0.0, idle, to 1.0
   */
  public void reportUtilisation(double used) {
    utilisation = Checks.range("utilisation", used, 0.0, 1.0);
  }

  /** How much of its host is in use, 0.0 to 1.0, as last reported; empty before that. */
  public OptionalDouble utilisation() {
    double used = utilisation;
    return Double.isNaN(used) ? OptionalDouble.empty() : OptionalDouble.of(used);
  }

  double utilisationOrZero() {
    double used = utilisation;
    return Double.isNaN(used) ? 0 : used;
  }

  /**
   * How long it took lately to answer a flow: the time to connect, and from the client's last bytes
   * to the member's first ones. An average that rises at once and falls slowly, also while no flows
   * come; see {@link BalancingStrategy#responseTime}. At most a minute.
   *
   * @return empty before the first answer or failure, and as long as the pool's strategy does not
   *     {@linkplain BalancingStrategy#measuresResponseTime ask for it}
   */
  public Optional<Duration> responseTime() {
    if (!responseTimes.isKnown()) {
      return Optional.empty();
    }
    double nanos = responseTimes.expectedNanos(activeFlows(), pool.clock().nanoTime());
    return Optional.of(Duration.ofNanos((long) Math.min(nanos, ResponseTime.MOST_NANOS)));
  }

  ResponseTime responseTimes() {
    return responseTimes;
  }

  /** Flows that have this member now, those being connected included. */
  public int activeFlows() {
    return activeFlows.get();
  }

  /** Flows that were connected to it, ever. */
  public long flowsTotal() {
    return flowsTotal.sum();
  }

  /** Attempts to connect to it for a flow that failed, ever. */
  public long connectFailures() {
    return connectFailures.sum();
  }

  /**
   * Failed probes that did not count, because this process was held up while they were under way,
   * ever.
   */
  public long probesSetAside() {
    return probesSetAside.sum();
  }

  /** Lets it take new flows. */
  public void enable() {
    pool.setAdminState(this, AdminState.ENABLED);
  }

  /** Keeps new flows away but for clients that persistence sends here; open flows go on. */
  public void drain() {
    pool.setAdminState(this, AdminState.DRAINING);
  }

  /**
   * Keeps every new flow away; open flows go on unless {@link Pool.Builder#onDisabled} says not.
   */
  public void disable() {
    pool.setAdminState(this, AdminState.DISABLED);
  }

  /**
   * Gives it another share.
   *
   * @param weight 1..256
   */
  public void reweight(int weight) {
    pool.setWeight(this, MemberSpec.checkWeight(weight));
  }

  /** Whether it takes no further flow now; on trial it takes one, but for a panic. */
  boolean isFull() {
    MemberState now = state;
    return activeFlows.get() >= now.allowance() || isOnlyTried(now) || isOverRate();
  }

  /** Whether a flow tries it and nobody else may have it. */
  boolean isOnlyTried() {
    return isOnlyTried(state);
  }

  private boolean isOnlyTried(MemberState now) {
    Optional<Trial> trial = now.trial();
    return trial.isPresent() && !trial.get().isFree() && !pool.view().panic();
  }

  private boolean isOverRate() {
    TokenBucket limit = rate;
    return limit != null && limit.nanosUntilNext() > 0;
  }

  /** How long until its rate allows another flow, if that is what it takes; else for ever. */
  long nanosUntilRate() {
    TokenBucket limit = rate;
    long nanos = limit == null ? 0 : limit.nanosUntilNext();
    return nanos == 0 ? Long.MAX_VALUE : nanos;
  }

  /**
   * Counts a flow in unless the member is full. Exact, whatever the number of loops. The first flow
   * to a member on trial is the trial; only in a panic are there others.
   */
  boolean reserve(Flow flow) {
    MemberState now = state;
    Optional<Trial> trial = now.trial();
    if (trial.isEmpty()) {
      return countIn(now.allowance());
    }
    boolean taken = trial.get().take(flow);
    boolean counted = (taken || pool.view().panic()) && countIn(now.allowance());
    if (taken && !counted) {
      trial.get().leave(flow);
    }
    return counted;
  }

  private boolean countIn(int limit) {
    int flows = activeFlows.get();
    while (flows < limit) {
      int seen = activeFlows.compareAndExchange(flows, flows + 1);
      if (seen == flows) {
        return isWithinRate();
      }
      flows = seen;
    }
    return false;
  }

  /** Takes one of the new flows that it may have now; else gives back its place. */
  private boolean isWithinRate() {
    TokenBucket limit = rate;
    boolean within = limit == null || limit.tryTake();
    if (!within) {
      activeFlows.decrementAndGet();
    }
    return within;
  }

  void release() {
    activeFlows.decrementAndGet();
    pool.onRoom();
  }

  /** Gives back what the flow has not begun to use. */
  void unreserve(Flow flow) {
    Optional<Trial> trial = trialOf(flow);
    if (trial.isPresent()) {
      trial.get().leave(flow);
    }
    release();
  }

  /** The trial that a flow which reserved this member is; empty if it is none. */
  Optional<Trial> trialOf(Flow flow) {
    Optional<Trial> trial = state.trial();
    return trial.isPresent() && trial.get().isHeldBy(flow) ? trial : Optional.empty();
  }

  /** A flow got a byte or an orderly end. On its loop. */
  void flowPassed() {
    passive.passed();
  }

  /** A flow could not be connected or was reset before its first byte. On its loop. */
  void flowFailed(String cause) {
    EjectionPolicy policy = pool.ejection();
    if (policy.isOn() && passive.failed(policy.failures())) {
      pool.onControl(loop -> pool.eject(this, policy.failures() + " failures, last: " + cause));
    }
  }

  /** The flow that is its trial got such a thing, or met such a failure. On its loop. */
  void trialEnded(Trial trial, boolean passed, String cause) {
    pool.onControl(loop -> pool.trialEnded(this, trial, passed, cause));
  }

  PassiveHealth passive() {
    return passive;
  }

  MemberHistory history() {
    return history;
  }

  void countConnected() {
    flowsTotal.increment();
  }

  void countProbeSetAside() {
    probesSetAside.increment();
  }

  void countConnectFailure() {
    connectFailures.increment();
  }

  MemberState state() {
    return state;
  }

  private void limitRate(MemberSpec spec) {
    TokenBucket before = rate;
    if (spec.flowsPerSecond() == MemberSpec.ANY_RATE) {
      rate = null;
    } else if (before == null || before.perSecond() != spec.flowsPerSecond()) {
      rate = new TokenBucket(spec.flowsPerSecond(), pool.clock());
    }
  }

  void state(MemberState state) {
    this.state = Checks.present("state", state);
    limitRate(state.spec());
  }

  /**
   * The address to connect to, as a probe of your own needs it; empty as long as a name has not
   * been resolved. It may change when a name is resolved anew.
   */
  public Optional<SocketAddress> socketAddress() {
    return socketAddress;
  }

  void socketAddress(SocketAddress resolved) {
    socketAddress = Optional.of(resolved);
  }

  /**
   * How many probes of a check of the host's own run for this member now, those of an earlier use
   * included.
   */
  AtomicInteger runningProbes(Check check) {
    return runningProbes.computeIfAbsent(check, unused -> new AtomicInteger());
  }

  void lastProbe(LastProbe probe) {
    lastProbe = Optional.of(probe);
  }

  @Override
  public String toString() {
    return pool.name() + "/" + address;
  }
}
