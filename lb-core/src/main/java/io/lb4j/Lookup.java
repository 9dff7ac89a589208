package io.lb4j;

import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name that is asked for again and again, never twice at once. Failures are told when they begin
 * and end, not each time.
 */
abstract class Lookup {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final Pool pool;
  private final String subject;
  private final AtomicBoolean pending = new AtomicBoolean();
  private volatile boolean cancelled;
  private boolean failing; // of the thread that asks

  /**
   * A lookup.
   *
   * @param subject what is resolved, in words: {@code member web/a.example:80}
   */
  Lookup(Pool pool, String subject) {
    this.pool = pool;
    this.subject = subject;
  }

  /**
   * Asks, and uses the answer.
   *
   * @throws UnknownHostException when there is none; what was known stays
   */
  abstract void ask() throws UnknownHostException;

  /** The callback of the host's that answers. */
  abstract String callback();

  /** What follows from there being no answer. */
  abstract String consequence();

  /** Asks on one of these threads, unless that is to happen or happens already. */
  final void askOn(Executor threads, Runnable afterwards) {
    if (pending.compareAndSet(false, true)) {
      threads.execute(
          () -> {
            try {
              askOnce();
            } finally {
              pending.set(false);
              afterwards.run();
            }
          });
    }
  }

  private void askOnce() {
    if (cancelled) {
      return;
    }
    try {
      ask();
      if (failing) {
        failing = false;
        LOG.info("{} can be resolved again", subject);
      }
    } catch (UnknownHostException unknown) {
      if (!failing) {
        failing = true;
        LOG.warn("{} cannot be resolved ({}); {}", subject, unknown.getMessage(), consequence());
      }
    } catch (Throwable failure) { // also an Error: it is the host's, and the thread is not
      pool.guard().complain(callback(), "threw " + failure);
    }
  }

  final void cancel() {
    cancelled = true;
  }

  final boolean isCancelled() {
    return cancelled;
  }
}
