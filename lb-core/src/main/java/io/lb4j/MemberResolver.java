package io.lb4j;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names of a pool's members and sources, on a few threads of its own that start with
 * the first name: at once when one joins, then periodically. What was once found stays while the
 * resolver fails.
 */
final class MemberResolver {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final int THREADS = 4; // a slow name holds up one

  private final Pool pool;
  private final ResolverSettings settings;
  private final Consumer<PoolMember> resolved;
  private final Map<Object, Lookup> lookups = new ConcurrentHashMap<>();
  private ScheduledThreadPoolExecutor threads; // guarded by this
  private int neverAsked; // guarded by this
  private boolean closed; // guarded by this

  /**
   * A resolver without a thread yet.
   *
   * @param resolved hears that a member has an address for the first time, or another one
   */
  MemberResolver(Pool pool, ResolverSettings settings, Consumer<PoolMember> resolved) {
    this.pool = pool;
    this.settings = settings;
    this.resolved = resolved;
  }

  void add(PoolMember member) {
    add(member, new MemberLookup(member, settings.names(), resolved));
  }

  void add(Discovery discovery) {
    add(discovery, new SourceLookup(pool, discovery, settings));
  }

  private synchronized void add(Object key, Lookup lookup) {
    if (closed || lookups.containsKey(key)) {
      return;
    }
    if (threads == null) {
      threads = newThreads();
    }
    neverAsked++;
    lookup.askOn(threads, this::countAsked); // first, or a round may come before and is not counted
    lookups.put(key, lookup);
  }

  private ScheduledThreadPoolExecutor newThreads() {
    ScheduledThreadPoolExecutor created =
        new ScheduledThreadPoolExecutor(
            THREADS, this::newThread, new ThreadPoolExecutor.DiscardPolicy());
    long nanos = settings.interval().toNanos();
    ScheduledFuture<?> unused =
        created.scheduleWithFixedDelay(() -> askAll(created), nanos, nanos, TimeUnit.NANOSECONDS);
    return created;
  }

  private void askAll(Executor on) {
    lookups.values().forEach(lookup -> lookup.askOn(on, () -> {}));
  }

  /** Asks for everything, without waiting. */
  synchronized void askNow() {
    if (threads != null) {
      askAll(threads);
    }
  }

  private Thread newThread(Runnable task) {
    Thread created = new Thread(task, "lb4j-" + pool.name() + "-resolver");
    created.setDaemon(true);
    return created;
  }

  private synchronized void countAsked() {
    neverAsked--;
    notifyAll();
  }

  /** A member or a discovery is in the pool no more. */
  void remove(Object key) {
    Lookup lookup = lookups.remove(key);
    if (lookup != null) {
      lookup.cancel();
    }
  }

  /** Waits until everything was asked for once, or the time is over. */
  synchronized void awaitFirstRound(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); neverAsked > 0 && !closed; ) {
        if (left <= 0) {
          LOG.warn("pool {}: names not resolved after {}", pool.name(), Durations.brief(limit));
          return;
        }
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void close() {
    closed = true;
    lookups.values().forEach(Lookup::cancel);
    notifyAll();
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
