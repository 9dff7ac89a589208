package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;

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

  private final Optional<Check> check; // none: no monitor
  private final MonitorTiming timing;

  private HealthMonitor(Optional<Check> check) {
    this(check, MonitorTiming.DEFAULT);
  }

  private HealthMonitor(Optional<Check> check, MonitorTiming timing) {
    this.check = check;
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
    return new HealthMonitor(Optional.of(new TcpCheck()));
  }

  /** A member is fit when your own probe says so. At most 8 probes of a pool run at once. */
  public static HealthMonitor of(Probe probe) {
    return new HealthMonitor(Optional.of(new OwnCheck(Checks.present("probe", probe))));
  }

  /**
   * A member is fit when a program says so by its exit status. At most 8 programs of a pool run at
   * once; when its time is over, a program is ended with all its descendants.
   */
  public static HealthMonitor exec(ExecCheck program) {
    return new HealthMonitor(Optional.of(new ProgramCheck(Checks.present("program", program))));
  }

  /**
   * The same with another time from one probe's start to the next, 1 ms or more; default 2 s. It
   * holds as long as the member is up and its last probes have passed.
   */
  public HealthMonitor interval(Duration interval) {
    return with(timing.withInterval(checkTime("interval", interval)));
  }

  /**
   * The same with another interval while a member is in transition, 1 ms or more: up, but its last
   * probe failed, or down, but its last probe passed. Default: {@link #interval()}.
   */
  public HealthMonitor fastInterval(Duration interval) {
    return with(timing.withFastInterval(checkTime("fastInterval", interval)));
  }

  /**
   * The same with another interval while a member is down and its probes fail, 1 ms or more.
   * Default: {@link #interval()}.
   */
  public HealthMonitor downInterval(Duration interval) {
    return with(timing.withDownInterval(checkTime("downInterval", interval)));
  }

  /**
   * The same with another time after which a probe has failed, 1 ms or more; default: the shortest
   * of the intervals. {@link Pool.Builder#build} refuses one that is longer than an interval.
   */
  public HealthMonitor timeout(Duration timeout) {
    return with(timing.withTimeout(checkTime("timeout", timeout)));
  }

  /** The same with another number of passed probes that bring a member back, 1..100; default 2. */
  public HealthMonitor rise(int rise) {
    return with(timing.withRise(Checks.range("rise", rise, 1, 100)));
  }

  /** The same with another number of failed probes that take a member out, 1..100; default 3. */
  public HealthMonitor fall(int fall) {
    return with(timing.withFall(Checks.range("fall", fall, 1, 100)));
  }

  /**
   * The same with another jitter: each wait is shortened at random by up to this share of the
   * interval, 0..0.5, so that probes of many members do not fall into step; default 0.1. It never
   * lengthens a wait.
   */
  public HealthMonitor jitter(double jitter) {
    return with(timing.withJitter(Checks.range("jitter", jitter, 0.0, 0.5)));
  }

  /**
   * The same with another health of a member before its first result; default {@link
   * Health#UNKNOWN}. With {@link Health#DOWN} a member takes no flow until a probe has passed. The
   * first result decides alone in any case, and is told as an event.
   */
  public HealthMonitor initially(Health health) {
    return with(timing.withInitially(Checks.present("initially", health)));
  }

  private static Duration checkTime(String name, Duration value) {
    return Checks.atLeast(name, value, MonitorTiming.SHORTEST);
  }

  private HealthMonitor with(MonitorTiming changed) {
    return new HealthMonitor(check, changed);
  }

  /** What is done; empty for no monitor. */
  Optional<Check> check() {
    return check;
  }

  /** When it is done. */
  MonitorTiming timing() {
    return timing;
  }

  /** Checks that its settings fit together. */
  void checkThatSettingsFit() {
    timing.checkThatTheyFit();
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
    return check.isEmpty() ? Health.UNKNOWN : timing.initially();
  }

  @Override
  public String toString() {
    return check.map(done -> done + " " + timing).orElse("none");
  }
}
