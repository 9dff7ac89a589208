package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names of a pool's members, on a thread of its own that starts with the first name:
 * at once when a member joins, then periodically. The first address counts. An address once found
 * stays while the resolver fails.
 */
final class MemberResolver {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final Pool pool;
  private final NameResolver resolver;
  private final Duration interval;
  private final Consumer<PoolMember> resolved;
  private final Set<PoolMember> members = ConcurrentHashMap.newKeySet();
  private ScheduledExecutorService thread; // guarded by this
  private int neverAsked; // guarded by this
  private boolean closed; // guarded by this

  /**
   * A resolver without a thread yet.
   *
   * @param resolved hears that a member has an address for the first time, or another one
   */
  MemberResolver(
      Pool pool, NameResolver resolver, Duration interval, Consumer<PoolMember> resolved) {
    this.pool = pool;
    this.resolver = resolver;
    this.interval = interval;
    this.resolved = resolved;
  }

  synchronized void add(PoolMember member) {
    if (closed || !members.add(member)) {
      return;
    }
    if (thread == null) {
      thread = Executors.newSingleThreadScheduledExecutor(this::newThread);
      long nanos = interval.toNanos();
      ScheduledFuture<?> unused =
          thread.scheduleWithFixedDelay(this::resolveAll, nanos, nanos, TimeUnit.NANOSECONDS);
    }
    neverAsked++;
    thread.execute(
        () -> {
          try {
            resolve(member);
          } finally {
            countAsked();
          }
        });
  }

  private synchronized void countAsked() {
    neverAsked--;
    notifyAll();
  }

  private Thread newThread(Runnable task) {
    Thread created = new Thread(task, "lb4j-" + pool.name() + "-resolver");
    created.setDaemon(true);
    return created;
  }

  void remove(PoolMember member) {
    members.remove(member);
  }

  private void resolveAll() {
    members.forEach(this::resolve);
  }

  private void resolve(PoolMember member) {
    ServiceAddress address = member.address();
    try {
      List<InetAddress> found = resolver.resolve(address.host());
      if (found.isEmpty()) {
        throw new UnknownHostException("no address");
      }
      InetAddress first = Checks.present("address", found.get(0)); // null would mean any address
      InetSocketAddress fresh = new InetSocketAddress(first, address.port());
      if (!member.socketAddress().equals(Optional.of(fresh))) {
        member.socketAddress(fresh);
        LOG.debug("member {} is at {}", member, fresh);
        resolved.accept(member);
      }
    } catch (UnknownHostException unknown) {
      String consequence =
          member.socketAddress().isPresent() ? "its old address stays" : "it gets no flows";
      LOG.warn("member {} cannot be resolved ({}); {}", member, unknown.getMessage(), consequence);
    } catch (Throwable failure) {
      pool.guard().complain("NameResolver.resolve", "threw " + failure);
    }
  }

  /** Waits until every member was asked for once, or the time is over. */
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
    notifyAll();
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
