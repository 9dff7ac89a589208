package io.lb4j;

import io.lb4j.internal.probe.RiseFall;
import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;

/** When a monitor probes and how many results it takes to believe them; each empty one follows. */
record MonitorTiming(
    Duration interval,
    Optional<Duration> fastInterval,
    Optional<Duration> downInterval,
    Optional<Duration> timeout,
    int rise,
    int fall,
    double jitter,
    Health initially) {
  static final Duration SHORTEST = Duration.ofMillis(1);
  static final MonitorTiming DEFAULT =
      new MonitorTiming(
          Duration.ofSeconds(2),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          2,
          3,
          0.1,
          Health.UNKNOWN);

  MonitorTiming withInterval(Duration value) {
    return new MonitorTiming(
        value, fastInterval, downInterval, timeout, rise, fall, jitter, initially);
  }

  MonitorTiming withFastInterval(Duration value) {
    return new MonitorTiming(
        interval, Optional.of(value), downInterval, timeout, rise, fall, jitter, initially);
  }

  MonitorTiming withDownInterval(Duration value) {
    return new MonitorTiming(
        interval, fastInterval, Optional.of(value), timeout, rise, fall, jitter, initially);
  }

  MonitorTiming withTimeout(Duration value) {
    return new MonitorTiming(
        interval, fastInterval, downInterval, Optional.of(value), rise, fall, jitter, initially);
  }

  MonitorTiming withRise(int value) {
    return new MonitorTiming(
        interval, fastInterval, downInterval, timeout, value, fall, jitter, initially);
  }

  MonitorTiming withFall(int value) {
    return new MonitorTiming(
        interval, fastInterval, downInterval, timeout, rise, value, jitter, initially);
  }

  MonitorTiming withJitter(double value) {
    return new MonitorTiming(
        interval, fastInterval, downInterval, timeout, rise, fall, value, initially);
  }

  MonitorTiming withInitially(Health value) {
    return new MonitorTiming(
        interval, fastInterval, downInterval, timeout, rise, fall, jitter, value);
  }

  Duration fast() {
    return fastInterval.orElse(interval);
  }

  Duration down() {
    return downInterval.orElse(interval);
  }

  /** The one that was given, or the shortest of the intervals. */
  Duration probeTimeout() {
    return timeout.orElseGet(() -> shorter(interval, shorter(fast(), down())));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** How long after the start of a probe that led to this state the next one starts. */
  Duration intervalIn(RiseFall state) {
    if (!state.known()) {
      return interval;
    }
    if (!state.settled()) {
      return fast();
    }
    return state.up() ? interval : down();
  }

  /** Settings that each are fine by themselves may not fit together. */
  void checkThatTheyFit() {
    checkTimeout("interval", interval);
    checkTimeout("fastInterval", fast());
    checkTimeout("downInterval", down());
  }

  private void checkTimeout(String name, Duration limit) {
    if (probeTimeout().compareTo(limit) > 0) {
      throw Checks.bad(
          "timeout",
          Durations.brief(probeTimeout()),
          "at most the %s, %s; raise %s or lower timeout"
              .formatted(name, Durations.brief(limit), name));
    }
  }

  @Override
  public String toString() {
    return ("every " + Durations.brief(interval))
        + fastInterval.map(time -> " fast " + Durations.brief(time)).orElse("")
        + downInterval.map(time -> " down " + Durations.brief(time)).orElse("")
        + (" timeout " + Durations.brief(probeTimeout()))
        + (" rise " + rise + " fall " + fall);
  }
}
