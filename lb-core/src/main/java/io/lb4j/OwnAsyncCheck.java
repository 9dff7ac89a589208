package io.lb4j;

import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.StageProber;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Asks the host's own {@link AsyncProbe}. */
final class OwnAsyncCheck implements Check {
  private final AsyncProbe probe;

  OwnAsyncCheck(AsyncProbe probe) {
    this.probe = probe;
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    CallbackGuard guard = member.pool().guard();
    return new StageProber<>(
        room.loop(),
        member.runningProbes(this),
        () -> guard.call("AsyncProbe.check", () -> begin(member), nothing()),
        (result, failure) -> read(guard, result, failure));
  }

  private CompletionStage<ProbeResult> begin(PoolMember member) {
    try {
      CompletionStage<ProbeResult> begun = probe.check(member);
      return begun == null ? nothing() : begun;
    } catch (Throwable failure) { // also an Error: it is the host's, and the loop is not
      return CompletableFuture.failedFuture(failure);
    }
  }

  private static CompletionStage<ProbeResult> nothing() {
    return CompletableFuture.completedFuture(null);
  }

  private static ProbeReport read(CallbackGuard guard, ProbeResult result, Throwable failure) {
    if (failure != null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      guard.complain("AsyncProbe.check", "failed with " + cause);
      return ProbeReport.failed(cause.toString());
    }
    if (result == null) {
      guard.complain("AsyncProbe.check", "gave null");
      return ProbeReport.failed("probe gave null");
    }
    return result.passed() ? ProbeReport.PASSED : ProbeReport.failed(result.detail());
  }

  @Override
  public String toString() {
    return "custom";
  }
}
