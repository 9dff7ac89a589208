package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.RiseFall;
import io.lb4j.internal.util.Deadline;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Probes one member again and again on the control loop, and tells the pool when its health flips.
 */
final class MemberMonitor {
  private final Pool pool;
  private final PoolMember member;
  private final HealthMonitor settings;
  private final Prober prober;
  private final EventLoop loop;
  private final Deadline next =
      new Deadline() {
        @Override
        protected void onDue() {
          probe();
        }
      };
  private RiseFall state;
  private long begunNanos;
  private boolean stopped;

  MemberMonitor(
      Pool pool, PoolMember member, HealthMonitor settings, Prober prober, EventLoop loop) {
    this.pool = pool;
    this.member = member;
    this.settings = settings;
    this.prober = prober;
    this.loop = loop;
    this.state = RiseFall.unknown(settings.rise(), settings.fall());
  }

  void start(Duration delay) {
    loop.arm(next, delay.toNanos());
  }

  void stop() {
    stopped = true;
    loop.cancel(next);
    prober.abort();
  }

  private void probe() {
    boolean begun = false;
    try {
      begunNanos = loop.momentNanos();
      prober.begin(settings.timeout().toNanos(), this::conclude);
      begun = true;
    } finally {
      if (!begun && !stopped) {
        loop.arm(next, settings.interval().toNanos()); // one that could not begin is not the last
      }
    }
  }

  private void conclude(ProbeReport report) {
    if (stopped) {
      return;
    }
    long taken = loop.momentNanos() - begunNanos;
    if (report.verdict() != ProbeReport.Verdict.SKIPPED) {
      judge(report, Duration.ofNanos(taken));
    } else {
      pool.guard().complain("health probe", "was skipped: " + report.detail());
    }
    if (!stopped) { // a listener may have removed the member just now
      loop.arm(next, waitNanos() - taken);
    }
  }

  private void judge(ProbeReport report, Duration taken) {
    boolean passed = report.verdict() == ProbeReport.Verdict.PASSED;
    member.lastProbe(new PoolMember.LastProbe(new ProbeResult(passed, report.detail()), taken));
    RiseFall before = state;
    state = before.after(passed);
    if (state.flippedFrom(before)) {
      pool.setHealth(member, state.up(), report.detail());
    }
  }

  /**
   * The interval, shortened at random: never longer, so that "fall times interval" is a promise.
   */
  private long waitNanos() {
    double share = settings.jitter() * ThreadLocalRandom.current().nextDouble();
    return (long) (settings.timing().intervalIn(state).toNanos() * (1 - share));
  }
}
