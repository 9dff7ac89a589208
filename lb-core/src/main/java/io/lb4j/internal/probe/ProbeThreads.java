package io.lb4j.internal.probe;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few daemon threads for checks that block; they start when first used and end when idle. A
 * thread whose check does not heed that its time is over is given up for lost, and another stands
 * in for it, so that hanging checks do not starve the others. There is a limit to that: {@value
 * #MOST} threads together.
 */
public final class ProbeThreads extends ThreadPoolExecutor {
  private static final int AT_ONCE = 8;
  private static final int MOST = 64;
  private static final int QUEUED = 10_000;

  private int lost;

  /** Threads of this name. */
  public ProbeThreads(String name) {
    super(
        AT_ONCE,
        AT_ONCE,
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(QUEUED),
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
    allowCoreThreadTimeOut(true);
  }

  /** A check goes on although its time is over. */
  synchronized void lose() {
    lost++;
    resize();
  }

  /** A check that was given up for lost has ended. */
  synchronized void regain() {
    lost--;
    resize();
  }

  private void resize() {
    int size = Math.min(MOST, AT_ONCE + lost);
    if (size > getMaximumPoolSize()) {
      setMaximumPoolSize(size);
      setCorePoolSize(size);
    } else {
      setCorePoolSize(size);
      setMaximumPoolSize(size);
    }
  }
}
