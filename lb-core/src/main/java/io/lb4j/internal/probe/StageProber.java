package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Begins something that completes later, on whatever thread. When the time is over it has failed
 * and is cancelled. If it cannot be cancelled, each further probe of its target fails until it
 * completes, so that there are never two.
 *
 * @param <T> what it completes with
 */
public final class StageProber<T> implements Prober {
  private final EventLoop loop;
  private final AtomicInteger running;
  private final Supplier<CompletionStage<T>> check;
  private final BiFunction<T, Throwable, ProbeReport> reading;
  private Run present;

  /**
   * A prober for one check.
   *
   * @param running counts the checks of this target that run; it outlives the prober
   * @param check begins it; does not throw
   * @param reading makes a report of the value or the failure, one of which is null
   */
  public StageProber(
      EventLoop loop,
      AtomicInteger running,
      Supplier<CompletionStage<T>> check,
      BiFunction<T, Throwable, ProbeReport> reading) {
    this.loop = loop;
    this.running = running;
    this.check = check;
    this.reading = reading;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    if (running.get() > 0) {
      report.accept(ProbeReport.failed("the previous probe is still running"));
      return;
    }
    running.incrementAndGet();
    Run run = new Run(check.get(), report);
    present = run;
    loop.arm(run, timeoutNanos);
    run.stage.whenComplete(
        (value, failure) -> {
          running.decrementAndGet();
          loop.execute(() -> run.complete(value, failure));
        });
  }

  @Override
  public void abort() {
    if (present != null) {
      Run run = present;
      present = null;
      loop.cancel(run);
      run.cancel();
    }
  }

  /** One check under way. */
  private final class Run extends Deadline {
    private final CompletionStage<T> stage;
    private final Consumer<ProbeReport> report;

    Run(CompletionStage<T> stage, Consumer<ProbeReport> report) {
      this.stage = stage;
      this.report = report;
    }

    @Override
    protected void onDue() {
      present = null; // before the cancelling, which completes it
      cancel();
      report.accept(ProbeReport.failed("timed out"));
    }

    private void cancel() {
      try {
        stage.toCompletableFuture().cancel(true);
      } catch (RuntimeException cannotBeCancelled) {
        // then it counts as running until it completes
      }
    }

    private void complete(T value, Throwable failure) {
      if (present == this) {
        present = null;
        loop.cancel(this);
        report.accept(reading.apply(value, failure));
      }
    }
  }
}
