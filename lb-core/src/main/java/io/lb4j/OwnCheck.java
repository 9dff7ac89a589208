package io.lb4j;

import io.lb4j.internal.probe.BlockingProber;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;

/** Asks the host's own {@link Probe}, on one of the pool's probe threads. */
final class OwnCheck implements Check {
  private final Probe probe;

  OwnCheck(Probe probe) {
    this.probe = probe;
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new BlockingProber(
        room.loop(), room.threads(), member.runningProbes(this), () -> check(member));
  }

  private ProbeReport check(PoolMember member) {
    CallbackGuard guard = member.pool().guard();
    try {
      ProbeResult result = probe.check(member);
      if (result == null) {
        guard.complain("Probe.check", "returned null");
        return ProbeReport.failed("probe returned null");
      }
      return result.passed() ? ProbeReport.PASSED : ProbeReport.failed(result.detail());
    } catch (InterruptedException timeIsOver) {
      return ProbeReport.failed("timed out");
    } catch (Throwable failure) {
      guard.complain("Probe.check", "threw " + failure);
      return ProbeReport.failed(failure.toString());
    }
  }

  @Override
  public String toString() {
    return "custom";
  }
}
