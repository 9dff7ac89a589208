package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.RiseFall;
import io.lb4j.internal.util.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Makes one check of one member again and again on the control loop.
 *
 * <p><b>The host's own pause.</b> A probe that failed says nothing of the member if the control
 * loop was late meanwhile: its timeout ran while nobody could have read the reply. Such a result is
 * set aside and the probe is made anew soon. Late means by 200 ms or half the timeout, whichever is
 * less; three results in a row are set aside at most, so that a host that is always late still
 * notices a dead member.
 */
final class CheckPart implements MonitorPart {
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int SET_ASIDE_IN_A_ROW = 3;

  private final PoolMember member;
  private final Check check;
  private final MonitorTiming timing;
  private final Prober prober;
  private final EventLoop loop;
  private final Runnable changed;
  private final Deadline next =
      new Deadline() {
        @Override
        protected void onDue() {
          probe();
        }
      };
  private RiseFall state;
  private boolean draining;
  private String cause = "";
  private long begunNanos;
  private long lateNanosBefore;
  private int setAside;
  private boolean stopped;

  /**
   * A part that does nothing yet.
   *
   * @param changed told after each result that counts
   */
  CheckPart(
      PoolMember member, Check check, MonitorTiming timing, ProbeRoom room, Runnable changed) {
    this.member = member;
    this.check = check;
    this.timing = timing;
    this.prober = check.proberOf(member, room);
    this.loop = room.loop();
    this.changed = changed;
    this.state = RiseFall.unknown(timing.rise(), timing.fall());
  }

  @Override
  public void start(double share) {
    loop.arm(next, (long) (timing.interval().toNanos() * share));
  }

  @Override
  public void stop() {
    stopped = true;
    loop.cancel(next);
    prober.abort();
  }

  @Override
  public Standing standing() {
    if (!check.judges()) {
      return Standing.NONE;
    }
    if (!state.known()) {
      return Standing.UNKNOWN;
    }
    if (!state.up()) {
      return Standing.DOWN;
    }
    return draining ? Standing.DRAINING : Standing.UP;
  }

  @Override
  public String cause() {
    return cause;
  }

  @Override
  public String namedCause() {
    return check + ": " + cause;
  }

  private void probe() {
    boolean begun = false;
    try {
      begunNanos = loop.momentNanos();
      lateNanosBefore = loop.lateNanos();
      prober.begin(timing.probeTimeout().toNanos(), this::conclude);
      begun = true;
    } finally {
      if (!begun && !stopped) {
        loop.arm(next, timing.interval().toNanos()); // one that could not begin is not the last
      }
    }
  }

  private void conclude(ProbeReport report) {
    if (stopped) {
      return;
    }
    long taken = loop.momentNanos() - begunNanos;
    if (isOfAPause(report)) {
      setAside(report);
      return;
    }
    setAside = 0;
    if (report.verdict() == ProbeReport.Verdict.SKIPPED) {
      member.pool().guard().complain("health probe", "was skipped: " + report.detail());
    } else {
      judge(report, Duration.ofNanos(taken));
    }
    if (!stopped) { // a listener may have removed the member just now
      loop.arm(next, waitNanos() - taken);
    }
  }

  private boolean isOfAPause(ProbeReport report) {
    long allowed = Math.min(LATE_NANOS, timing.probeTimeout().toNanos() / 2);
    return report.verdict() == ProbeReport.Verdict.FAILED
        && loop.lateNanos() - lateNanosBefore >= allowed
        && setAside < SET_ASIDE_IN_A_ROW;
  }

  private void setAside(ProbeReport report) {
    setAside++;
    member.countProbeSetAside();
    member
        .pool()
        .guard()
        .complain("health probe", "was set aside, as this process was held up: " + report.detail());
    // not all at once, as those of many members are made anew
    loop.arm(next, (long) (timing.fast().toNanos() * ThreadLocalRandom.current().nextDouble()));
  }

  private void judge(ProbeReport report, Duration taken) {
    boolean passed = report.verdict() != ProbeReport.Verdict.FAILED;
    boolean silent = report.verdict() == ProbeReport.Verdict.ADVISED && report.orders().isEmpty();
    ProbeResult result = new ProbeResult(passed && !silent, report.detail());
    member.lastProbe(new PoolMember.LastProbe(result, taken, Instant.now(), check.toString()));
    report.orders().ifPresent(orders -> member.pool().heed(member, orders));
    if (!check.judges() || report.verdict() == ProbeReport.Verdict.ADVISED) {
      return; // orders are no verdict
    }
    state = state.after(passed);
    if (!report.detail().isEmpty()) {
      cause = report.detail();
    }
    if (passed) {
      draining = report.verdict() == ProbeReport.Verdict.DRAINING;
    }
    changed.run();
  }

  /**
   * The interval, shortened at random: never longer, so that "fall times interval" is a promise.
   */
  private long waitNanos() {
    double share = timing.jitter() * ThreadLocalRandom.current().nextDouble();
    return (long) (timing.intervalIn(state).toNanos() * (1 - share));
  }
}
