package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Runs a check that may block, on threads that all targets share. When the time is over its thread
 * is interrupted and the check has failed. One that ignores the interrupt is left alone: another
 * thread stands in for its own, and each further probe of its target fails until it ends, so that
 * there are never two. One that had not begun when the time was over says nothing of its target.
 */
public final class BlockingProber implements Prober {
  private final EventLoop loop;
  private final ProbeThreads threads;
  private final Callable<ProbeReport> check;
  private final AtomicInteger running;
  private Run present;

  /**
   * A prober for one check; exceptions count as failed.
   *
   * @param running counts the checks of this target that run; it outlives the prober, as a check
   *     that ignores interrupts does
   */
  public BlockingProber(
      EventLoop loop, ProbeThreads threads, AtomicInteger running, Callable<ProbeReport> check) {
    this.loop = loop;
    this.threads = threads;
    this.running = running;
    this.check = check;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    if (running.get() > 0) {
      report.accept(ProbeReport.failed("the previous probe is still running"));
      return;
    }
    present = new Run(report);
    try {
      present.future = threads.submit(present);
      loop.arm(present, timeoutNanos);
    } catch (RejectedExecutionException full) {
      present = null;
      report.accept(ProbeReport.skipped("no probe thread free"));
    }
  }

  @Override
  public void abort() {
    if (present != null) {
      loop.cancel(present);
      present.future.cancel(true);
      present = null;
    }
  }

  /** What has become of the thread of a check. */
  private enum Phase {
    QUEUED,
    RUNNING,
    LOST,
    ENDED
  }

  /** One check: runs on one of the threads, reports on the loop. */
  private final class Run extends Deadline implements Runnable {
    private final Consumer<ProbeReport> report;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private Future<?> future;

    Run(Consumer<ProbeReport> report) {
      this.report = report;
    }

    @Override
    public void run() {
      phase.set(Phase.RUNNING);
      running.incrementAndGet();
      ProbeReport found;
      try {
        found = check.call();
      } catch (Throwable failure) {
        found = ProbeReport.failed(failure.toString());
      } finally {
        running.decrementAndGet();
        if (phase.getAndSet(Phase.ENDED) == Phase.LOST) {
          threads.regain();
        }
      }
      ProbeReport told = found;
      loop.execute(() -> conclude(told));
    }

    @Override
    protected void onDue() {
      future.cancel(true);
      boolean queued = phase.get() == Phase.QUEUED;
      if (phase.compareAndSet(Phase.RUNNING, Phase.LOST)) {
        threads.lose();
      }
      conclude(
          queued
              ? ProbeReport.skipped("no probe thread free in time")
              : ProbeReport.failed("timed out"));
    }

    private void conclude(ProbeReport found) {
      if (present == this) {
        present = null;
        loop.cancel(this);
        report.accept(found);
      }
    }
  }
}
