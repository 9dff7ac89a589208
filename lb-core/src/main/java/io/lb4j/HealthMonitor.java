package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Finds out which members of a pool are fit for flows. Immutable: each setting returns a changed
 * copy.
 *
 * <p>A member goes down after {@link #fall()} failed probes in a row and comes back after {@link
 * #rise()} passed ones (HAProxy's counting). Before its first result it is {@link Health#UNKNOWN},
 * or what {@link #initially()} says; the first result decides alone. The first probes of a pool's
 * members are spread over the interval. There are never two probes at once for a member: one that
 * takes longer than the interval delays the next.
 *
 * <p>Probes run while a virtual server uses the pool. Defaults: every 2 s, rise 2, fall 3, timeout
 * equal to the shortest of the intervals, jitter 10 %.
 */
public final class HealthMonitor {
  private static final HealthMonitor NONE = new HealthMonitor(Optional.empty());

  private final Optional<Check> check; // neither this nor parts: no monitor
  private final Optional<Combination> combination;
  private final MonitorTiming timing;

  private HealthMonitor(Optional<Check> check) {
    this(check, Optional.empty(), MonitorTiming.DEFAULT);
  }

  private HealthMonitor(
      Optional<Check> check, Optional<Combination> combination, MonitorTiming timing) {
    this.check = check;
    this.combination = combination;
    this.timing = timing;
  }

  /** No monitor: every member stays {@link Health#UNKNOWN} and takes flows. */
  public static HealthMonitor none() {
    return NONE;
  }

  /**
   * A member is fit when it accepts a TCP connection (or one on its UNIX-domain socket), which is
   * closed at once.
   */
  public static HealthMonitor tcp() {
    return by(new TcpCheck(OptionalInt.empty()));
  }

  /**
   * The same at another port of the member's host, 1..65535. A member at a UNIX-domain socket has
   * no other port: its socket is asked.
   */
  public static HealthMonitor tcp(int port) {
    return by(new TcpCheck(OptionalInt.of(Checks.range("port", port, 1, 65_535))));
  }

  /**
   * A member is fit when it answers as a script expects, over TCP or TLS (or on its UNIX-domain
   * socket), or over UDP.
   *
   * @throws IllegalArgumentException when the script expects nothing, or what cannot come over UDP
   */
  public static HealthMonitor script(ScriptCheck script) {
    return by(Checks.present("script", script).check());
  }

  /** A member is fit when it answers a GET of this path with a status of 200..399. */
  public static HealthMonitor http(String path) {
    return http(HttpCheck.get(path));
  }

  /** A member is fit when it answers an HTTP request as it should. */
  public static HealthMonitor http(HttpCheck check) {
    return by(Checks.present("check", check).check());
  }

  /**
   * A member is fit when it answers a DNS query by UDP for the addresses (A) of this name with
   * NOERROR, be it with addresses or without.
   */
  public static HealthMonitor dns(String name) {
    return dns(DnsCheck.query(name));
  }

  /** A member is fit when it answers a DNS query as it should. */
  public static HealthMonitor dns(DnsCheck check) {
    return by(Checks.present("check", check).check());
  }

  /**
   * A member is fit when your own probe says so. At most 8 probes of a pool run at once, not
   * counting those that go on although their time is over; with them, at most 64.
   */
  public static HealthMonitor of(Probe probe) {
    return by(new OwnCheck(Checks.present("probe", probe)));
  }

  /** The same with a probe that does not block but completes later, on whatever thread. */
  public static HealthMonitor ofAsync(AsyncProbe probe) {
    return by(new OwnAsyncCheck(Checks.present("probe", probe)));
  }

  /**
   * A member is up when all parts find it up, and down as soon as one finds it down.
   *
   * <p>Each part of a combination, which may be a combination itself, has its own times, rise and
   * fall; a setting of the combination is one of all its parts. The combination drains a member
   * when it is up only thanks to parts that ask for that. While the parts leave it open, the member
   * stays what it was. A part that only carries an agent's orders does not count here; what it
   * orders holds in any case.
   *
   * @param parts 1..16 monitors, each once
   */
  public static HealthMonitor allOf(HealthMonitor... parts) {
    return of(Combination.of("all of", Checks.present("parts", parts).length, parts));
  }

  /** A member is up as soon as one part finds it up; otherwise as {@link #allOf}. */
  public static HealthMonitor anyOf(HealthMonitor... parts) {
    return of(Combination.of("any of", 1, parts));
  }

  /**
   * A member is up when so many parts find it up, and down when so many cannot any more; otherwise
   * as {@link #allOf}.
   *
   * @param needed 1 to the number of parts
   */
  public static HealthMonitor atLeast(int needed, HealthMonitor... parts) {
    return of(Combination.of("at least " + needed + " of", needed, parts));
  }

  /**
   * A member is fit when its address answers an ICMP echo request. That says nothing of a service:
   * use it where nothing better can be asked. Members of a pool that share an address share its
   * result while it is no older than three quarters of the timeout; none counts twice for a member.
   * A member at a UNIX-domain socket has the loopback address.
   *
   * <p>With Java 22 or later on Linux it goes by an unprivileged ICMP socket, where the sysctl
   * {@code net.ipv4.ping_group_range} takes in a group of this process; else by the system's {@code
   * ping} program, at most 8 at once in a pool. It never takes a TCP connection for an answer, as
   * {@link java.net.InetAddress#isReachable} does.
   *
   * <p>Which of the two it is, is found out here, by trying: this may block for a second.
   *
   * @throws UnsupportedOperationException when neither is allowed here; the message says which
   *     permission is missing. It is thrown by this method, not later when the pool starts
   */
  public static HealthMonitor ping() {
    return by(PingCheck.find());
  }

  /**
   * A member is fit when a program says so by its exit status. At most 8 programs of a pool run at
   * once; when its time is over, a program is ended with all its descendants.
   */
  public static HealthMonitor exec(ExecCheck program) {
    return new HealthMonitor(Optional.of(new ProgramCheck(Checks.present("program", program))));
  }

  /**
   * Asks an agent beside each member, as HAProxy's {@code agent-check} does: it listens on this
   * port of the member's host (for a UNIX-domain member, of the loopback address) and answers each
   * connection with one line of at most 1024 bytes, such as {@code ready up 75%}. Its words are
   * {@code 75%} or {@code weight:N[%]}, {@code maxconn:N}, {@code ready}, {@code drain}, {@code
   * maint}, {@code up}, {@code down}, {@code fail}, {@code stopped}, and {@code #} before a reason;
   * others are ignored and told by {@link PoolMember#lastProbe}. {@code weight:N} is turned into a
   * percentage of the member's weight, rounded.
   *
   * <p>What an agent has asked for stays until it asks for something else: one that cannot be
   * reached changes nothing. {@link AgentResponder} is such an agent.
   *
   * @param port 1..65535
   */
  public static HealthMonitor agent(int port) {
    return agent(port, "");
  }

  /**
   * The same for an agent that wants to read something first (HAProxy's {@code agent-send}).
   *
   * @param send as it is sent, with its line end if it needs one; at most 1024 characters
   */
  public static HealthMonitor agent(int port, String send) {
    return new HealthMonitor(Optional.of(new AgentCheck(port, send)));
  }

  /**
   * The same with another time from one probe's start to the next, 1 ms or more; default 2 s. It
   * holds as long as the member is up and its last probes have passed.
   */
  public HealthMonitor interval(Duration interval) {
    checkTime("interval", interval);
    return with(timing -> timing.withInterval(interval));
  }

  /**
   * The same with another interval while a member is in transition, 1 ms or more: up, but its last
   * probe failed, or down, but its last probe passed. Default: {@link #interval()}.
   */
  public HealthMonitor fastInterval(Duration interval) {
    checkTime("fastInterval", interval);
    return with(timing -> timing.withFastInterval(interval));
  }

  /**
   * The same with another interval while a member is down and its probes fail, 1 ms or more.
   * Default: {@link #interval()}.
   */
  public HealthMonitor downInterval(Duration interval) {
    checkTime("downInterval", interval);
    return with(timing -> timing.withDownInterval(interval));
  }

  /**
   * The same with another time after which a probe has failed, 1 ms or more; default: the shortest
   * of the intervals. {@link Pool.Builder#build} refuses one that is longer than an interval.
   */
  public HealthMonitor timeout(Duration timeout) {
    checkTime("timeout", timeout);
    return with(timing -> timing.withTimeout(timeout));
  }

  /** The same with another number of passed probes that bring a member back, 1..100; default 2. */
  public HealthMonitor rise(int rise) {
    Checks.range("rise", rise, 1, 100);
    return with(timing -> timing.withRise(rise));
  }

  /** The same with another number of failed probes that take a member out, 1..100; default 3. */
  public HealthMonitor fall(int fall) {
    Checks.range("fall", fall, 1, 100);
    return with(timing -> timing.withFall(fall));
  }

  /**
   * The same with another jitter: each wait is shortened at random by up to this share of the
   * interval, 0..0.5, so that probes of many members do not fall into step; default 0.1. It never
   * lengthens a wait.
   */
  public HealthMonitor jitter(double jitter) {
    Checks.range("jitter", jitter, 0.0, 0.5);
    return with(timing -> timing.withJitter(jitter));
  }

  /**
   * The same with another health of a member before its first result; default {@link
   * Health#UNKNOWN}. With {@link Health#DOWN} a member takes no flow until a probe has passed. The
   * first result decides alone in any case, and is told as an event.
   */
  public HealthMonitor initially(Health health) {
    Checks.present("initially", health);
    return with(timing -> timing.withInitially(health));
  }

  private static HealthMonitor of(Combination parts) {
    return new HealthMonitor(Optional.empty(), Optional.of(parts), MonitorTiming.DEFAULT);
  }

  /** A monitor that makes a check. */
  static HealthMonitor by(Check check) {
    return new HealthMonitor(Optional.of(check));
  }

  private static Duration checkTime(String name, Duration value) {
    return Checks.atLeast(name, value, MonitorTiming.SHORTEST);
  }

  private HealthMonitor with(UnaryOperator<MonitorTiming> change) {
    return new HealthMonitor(
        check,
        combination.map(parts -> parts.with(part -> part.with(change))),
        change.apply(timing));
  }

  /** What is done; empty for a combination and for no monitor. */
  Optional<Check> check() {
    return check;
  }

  /** What it is made of, if it is a combination. */
  Optional<Combination> combination() {
    return combination;
  }

  /** Whether it does anything. */
  boolean probes() {
    return check.isPresent() || combination.isPresent();
  }

  /** When it is done. */
  MonitorTiming timing() {
    return timing;
  }

  /** Checks that its settings fit together. */
  void checkThatSettingsFit() {
    combination.ifPresentOrElse(
        parts -> parts.parts().forEach(HealthMonitor::checkThatSettingsFit),
        timing::checkThatTheyFit);
  }

  /** The time from one probe's start to the next of a member that is up. */
  public Duration interval() {
    return timing.interval();
  }

  /** The time from one probe's start to the next of a member in transition. */
  public Duration fastInterval() {
    return timing.fast();
  }

  /** The time from one probe's start to the next of a member that is down. */
  public Duration downInterval() {
    return timing.down();
  }

  /** The time after which a probe has failed. */
  public Duration timeout() {
    return timing.probeTimeout();
  }

  /** How many passed probes in a row bring a member back. */
  public int rise() {
    return timing.rise();
  }

  /** How many failed probes in a row take a member out. */
  public int fall() {
    return timing.fall();
  }

  /** By which share of the interval a wait is shortened at most. */
  public double jitter() {
    return timing.jitter();
  }

  /** What a member is before its first result. */
  public Health initially() {
    return probes() ? timing.initially() : Health.UNKNOWN;
  }

  @Override
  public String toString() {
    return combination
        .map(Combination::toString)
        .orElseGet(() -> check.map(done -> done + " " + timing).orElse("none"));
  }
}
