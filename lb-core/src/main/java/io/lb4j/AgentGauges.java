package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks an agent's reports on a thread of their own, one round at a time, so that one that blocks
 * holds up nothing but fresher values.
 */
final class AgentGauges {
  private final List<AgentReport> weights;
  private final Optional<AgentReport> maxFlows;
  private final CallbackGuard guard = new CallbackGuard("agent responder", Clock.SYSTEM);
  private final AtomicBoolean asking = new AtomicBoolean();
  private final ThreadPoolExecutor thread;

  AgentGauges(List<AgentReport> weights, Optional<AgentReport> maxFlows) {
    this.weights = weights;
    this.maxFlows = maxFlows;
    thread =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), AgentGauges::daemon);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "lb4j-agent-report");
    thread.setDaemon(true);
    return thread;
  }

  /** Begins a round, unless one is under way; tells on its thread when it is over. */
  void refresh(Runnable done) {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(
          () -> {
            weights.forEach(report -> report.refresh(guard));
            maxFlows.ifPresent(report -> report.refresh(guard));
            asking.set(false);
            done.run();
          });
    } catch (RejectedExecutionException closed) {
      asking.set(false);
    }
  }

  /** A round takes too long. */
  void complain(long millis) {
    guard.complain("report", "takes more than " + millis + " ms");
  }

  /** The smallest of the last good values; empty if there is none yet. */
  OptionalInt weightPercent() {
    return weights.stream().map(AgentReport::lastGood).flatMapToInt(OptionalInt::stream).min();
  }

  OptionalInt maxFlows() {
    return maxFlows.map(AgentReport::lastGood).orElse(OptionalInt.empty());
  }

  void close() {
    thread.shutdownNow();
  }
}
