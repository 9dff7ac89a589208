package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs a check that may block, on an executor that all targets share. When the time is over its
 * thread is interrupted and the check has failed. One that ignores the interrupt is left alone:
 * each further probe of its target fails until it ends, so that there are never two. One that had
 * not begun when the time was over says nothing of its target.
 */
public final class BlockingProber implements Prober {
  private final EventLoop loop;
  private final ExecutorService executor;
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
      EventLoop loop,
      ExecutorService executor,
      AtomicInteger running,
      Callable<ProbeReport> check) {
    this.loop = loop;
    this.executor = executor;
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
      present.future = executor.submit(present);
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

  /** One check: runs on the executor, reports on the loop. */
  private final class Run extends Deadline implements Runnable {
    private final Consumer<ProbeReport> report;
    private volatile boolean begun;
    private Future<?> future;

    Run(Consumer<ProbeReport> report) {
      this.report = report;
    }

    @Override
    public void run() {
      begun = true;
      running.incrementAndGet();
      ProbeReport found;
      try {
        found = check.call();
      } catch (Throwable failure) {
        found = ProbeReport.failed(failure.toString());
      } finally {
        running.decrementAndGet();
      }
      ProbeReport told = found;
      loop.execute(() -> conclude(told));
    }

    @Override
    protected void onDue() {
      future.cancel(true);
      conclude(
          begun
              ? ProbeReport.failed("timed out")
              : ProbeReport.skipped("no probe thread free in time"));
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
