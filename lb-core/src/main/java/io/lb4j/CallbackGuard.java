package io.lb4j;

import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.LastWords;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between lb4j's threads and the host's code. What a callback throws stays here; what it
 * throws or how it dawdles is said in the log with the callback's name, at most once a minute for
 * each name, so that a broken callback under load does not become a flood.
 */
final class CallbackGuard {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackGuard.class);
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String owner;
  private final Clock clock;
  private final Map<String, Long> lastWarnings = new ConcurrentHashMap<>();

  /** A guard that names its owner, such as {@code virtual server edge}, in what it says. */
  CallbackGuard(String owner, Clock clock) {
    this.owner = owner;
    this.clock = clock;
  }

  /** Calls back. */
  void run(String callback, Runnable call) {
    call(
        callback,
        () -> {
          call.run();
          return true;
        },
        false);
  }

  /**
   * Calls back for a value.
   *
   * @param otherwise the result when the callback throws
   */
  <T> T call(String callback, Supplier<T> call, T otherwise) {
    long begun = clock.nanoTime();
    T result = prepare(callback, call, otherwise);
    long taken = clock.nanoTime() - begun;
    if (taken > SLOW_NANOS && mayWarn(callback + " blocked")) {
      LOG.warn(
          "{}: {} blocked {} for {} ms",
          owner,
          callback,
          Thread.currentThread().getName(),
          TimeUnit.NANOSECONDS.toMillis(taken));
    }
    return result;
  }

  /** Calls back for a value that may take its time. */
  <T> T prepare(String callback, Supplier<T> call, T otherwise) {
    try {
      return call.get();
    } catch (Throwable failure) { // also an Error: it is the host's, and the loop is not
      if (mayWarn(callback + " threw")) {
        LastWords.say(() -> LOG.warn("{}: {} threw", owner, callback, failure));
      }
      return otherwise;
    }
  }

  /** Says once a minute that a callback broke its contract. */
  void complain(String callback, String what) {
    if (mayWarn(callback + " broke its contract")) { // not by what: that may differ each time
      LOG.warn("{}: {} {}", owner, callback, what);
    }
  }

  private boolean mayWarn(String subject) {
    long now = clock.nanoTime();
    Long last = lastWarnings.get(subject);
    if (last != null && now - last < QUIET_NANOS) {
      return false;
    }
    lastWarnings.put(subject, now);
    return true;
  }
}
