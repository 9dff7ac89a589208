package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out which members of a pool are fit for flows. Immutable: each setting returns a changed
 * copy.
 *
 * <p>A member goes down after {@link #fall()} failed probes in a row and comes back after {@link
 * #rise()} passed ones (HAProxy's counting). Before its first result it is {@link Health#UNKNOWN}
 * and takes flows; the first result decides alone. The first probes of a pool's members are spread
 * over the interval. There are never two probes at once for a member: one that takes longer than
 * the interval delays the next.
 *
 * <p>Probes run while a virtual server uses the pool. Defaults: every 2 s, rise 2, fall 3, timeout
 * equal to the interval, jitter 10 %.
 */
public final class HealthMonitor {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final HealthMonitor NONE = new HealthMonitor(Optional.empty());

  private final Optional<Check> check; // none: no monitor
  private final Duration interval;
  private final Optional<Duration> timeout;
  private final int rise;
  private final int fall;
  private final double jitter;

  private HealthMonitor(Optional<Check> check) {
    this(check, Duration.ofSeconds(2), Optional.empty(), 2, 3, 0.1);
  }

  private HealthMonitor(
      Optional<Check> check,
      Duration interval,
      Optional<Duration> timeout,
      int rise,
      int fall,
      double jitter) {
    this.check = check;
    this.interval = interval;
    this.timeout = timeout;
    this.rise = rise;
    this.fall = fall;
    this.jitter = jitter;
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

  /** The same with another time from one probe's start to the next, 1 ms or more; default 2 s. */
  public HealthMonitor interval(Duration interval) {
    Checks.atLeast("interval", interval, SHORTEST);
    return new HealthMonitor(check, interval, timeout, rise, fall, jitter);
  }

  /**
   * The same with another time after which a probe has failed, 1 ms or more; default: the interval.
   */
  public HealthMonitor timeout(Duration timeout) {
    Checks.atLeast("timeout", timeout, SHORTEST);
    return new HealthMonitor(check, interval, Optional.of(timeout), rise, fall, jitter);
  }

  /** The same with another number of passed probes that bring a member back, 1..100; default 2. */
  public HealthMonitor rise(int rise) {
    Checks.range("rise", rise, 1, 100);
    return new HealthMonitor(check, interval, timeout, rise, fall, jitter);
  }

  /** The same with another number of failed probes that take a member out, 1..100; default 3. */
  public HealthMonitor fall(int fall) {
    Checks.range("fall", fall, 1, 100);
    return new HealthMonitor(check, interval, timeout, rise, fall, jitter);
  }

  /**
   * The same with another jitter: each wait is shortened at random by up to this share of the
   * interval, 0..0.5, so that probes of many members do not fall into step; default 0.1. It never
   * lengthens a wait.
   */
  public HealthMonitor jitter(double jitter) {
    Checks.range("jitter", jitter, 0.0, 0.5);
    return new HealthMonitor(check, interval, timeout, rise, fall, jitter);
  }

  /** What is done; empty for no monitor. */
  Optional<Check> check() {
    return check;
  }

  /** The time from one probe's start to the next. */
  public Duration interval() {
    return interval;
  }

  /** The time after which a probe has failed. */
  public Duration timeout() {
    return timeout.orElse(interval);
  }

  /** How many passed probes in a row bring a member back. */
  public int rise() {
    return rise;
  }

  /** How many failed probes in a row take a member out. */
  public int fall() {
    return fall;
  }

  /** By which share of the interval a wait is shortened at most. */
  public double jitter() {
    return jitter;
  }

  @Override
  public String toString() {
    if (check.isEmpty()) {
      return "none";
    }
    return check.get()
        + (" every " + Durations.brief(interval))
        + (" timeout " + Durations.brief(timeout()))
        + (" rise " + rise + " fall " + fall);
  }
}
