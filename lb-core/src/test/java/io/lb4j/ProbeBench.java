package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.ProbeThreads;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.util.Clock;
import io.lb4j.testing.ScriptedMember;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A control loop on which a test has single probes made. */
final class ProbeBench implements AutoCloseable {
  private final ProbeThreads threads = new ProbeThreads("lb4j-bench-probe");
  private final EventLoop loop;

  ProbeBench() throws IOException {
    loop = new EventLoop("bench", new NioTransport(), Clock.SYSTEM);
    loop.start(true);
  }

  static PoolMember member(MemberSpec spec) {
    return Pool.builder("probed").member(spec).build().members().get(0);
  }

  /** A probe under way. */
  final class Probing {
    private final CompletableFuture<ProbeReport> report = new CompletableFuture<>();
    private final Prober prober;

    Probing(Check check, PoolMember member, Duration timeout) {
      prober = check.proberOf(member, new ProbeRoom(loop, threads));
      loop.execute(() -> prober.begin(timeout.toNanos(), report::complete));
    }

    ProbeReport report() {
      Eventually.holds("a report", report::isDone);
      return report.join();
    }

    /** What it failed with; its verdict when it did not fail. */
    String failure() {
      ProbeReport found = report();
      return found.verdict() == ProbeReport.Verdict.FAILED
          ? found.detail()
          : found.verdict().toString();
    }

    void abort() {
      loop.execute(prober::abort);
    }

    boolean hasReported() {
      return report.isDone();
    }
  }

  Probing begin(Check check, ScriptedMember member) {
    return begin(check, member(member.spec()), Duration.ofSeconds(5));
  }

  Probing begin(Check check, PoolMember member, Duration timeout) {
    return new Probing(check, member, timeout);
  }

  @Override
  public void close() {
    loop.stop();
    Eventually.holds("the end of the loop", this::hasEnded);
    threads.shutdownNow();
  }

  private boolean hasEnded() {
    try {
      return loop.join(1000);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
