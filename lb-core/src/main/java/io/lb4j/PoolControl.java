package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.probe.Greeting;
import io.lb4j.internal.probe.ProbeThreads;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs while a pool is in use: its control loop with the monitors, its resolver, its probe
 * threads.
 */
final class PoolControl {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
  private static final long JOIN_MILLIS = 5000;

  private final Pool pool;
  private final HealthMonitor monitor;
  private final EventLoop loop;
  private final MemberResolver resolver;
  private final ProbeThreads probeThreads;
  private final ProbeRoom room;
  private final Map<PoolMember, MemberMonitor> monitors = new HashMap<>(); // of the loop's thread
  private final Rebalancer rebalancer; // of the loop's thread
  private int firstProbes;
  private final Deadline advance =
      new Deadline() {
        @Override
        protected void onDue() {
          pool.advance();
        }
      };

  PoolControl(Pool pool, PoolSettings settings) {
    this.pool = pool;
    this.monitor = settings.monitor();
    try {
      loop =
          new EventLoop("lb4j-" + pool.name() + "-control", new NioTransport(), settings.clock());
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "pool " + pool.name() + ": no poller for its monitor", failure);
    }
    this.resolver = new MemberResolver(pool, settings.resolvers(), this::onResolved);
    this.probeThreads = new ProbeThreads("lb4j-" + pool.name() + "-probe");
    this.room = new ProbeRoom(loop, probeThreads, greetingOf(settings));
    this.rebalancer = new Rebalancer(pool, loop);
    loop.start(true);
  }

  private static Greeting greetingOf(PoolSettings settings) {
    return settings
        .proxyProtocol()
        .map(protocol -> new Greeting(protocol.headerForProbe()))
        .orElse(Greeting.NONE);
  }

  /** A member is in the pool. Any thread. */
  void joined(PoolMember member) {
    if (member.socketAddress().isPresent()) {
      execute(() -> watch(member));
    }
    if (member.address().withoutResolving().isEmpty()) {
      resolver.add(member); // also if an earlier use of the pool has found an address already
    }
  }

  /** Has the pool advance after a while, which replaces what was asked before. Any thread. */
  void advanceIn(long nanos) {
    execute(() -> loop.arm(advance, nanos));
  }

  /** Asks for every name now. Any thread. */
  void resolveNow() {
    resolver.askNow();
  }

  /** A source is in the pool. Any thread. */
  void joined(Discovery discovery) {
    resolver.add(discovery);
  }

  /** A source is in the pool no more. Any thread. */
  void left(Discovery discovery) {
    resolver.remove(discovery);
  }

  /** A member is in the pool no more. Any thread. */
  void left(PoolMember member) {
    resolver.remove(member);
    execute(
        () -> {
          MemberMonitor watching = monitors.remove(member);
          if (watching != null) {
            watching.stop();
          }
        });
  }

  /** Begins to move flows, or goes on at another rate. Any thread. */
  void rebalance(int flowsPerSecond) {
    execute(() -> rebalancer.rate(flowsPerSecond));
  }

  private void onResolved(PoolMember member) {
    pool.onResolved();
    execute(() -> watch(member));
  }

  private void watch(PoolMember member) {
    if (!monitor.probes() || monitors.containsKey(member) || !member.state().inPool()) {
      return;
    }
    MemberMonitor watching = new MemberMonitor(member, monitor, room);
    monitors.put(member, watching);
    watching.start(firstShare(pool.members().size()));
  }

  /**
   * First probes are spread over the interval: the first at once, the next one share of it later.
   */
  private double firstShare(int members) {
    return (double) (firstProbes++ % Math.max(1, members)) / Math.max(1, members);
  }

  /** The control loop. */
  EventLoop loop() {
    return loop;
  }

  /** Has the control thread run a command; false when it has ended. */
  boolean execute(Runnable command) {
    return loop.execute(command);
  }

  /**
   * Waits until every name was resolved once or failed to; not on a thread of ours, which must not
   * wait.
   */
  void awaitResolved(Duration limit) {
    if (!EventLoop.isCurrentThreadALoop()) {
      resolver.awaitFirstRound(limit);
    }
  }

  /** Ends all threads. */
  void close() {
    resolver.close();
    loop.execute(() -> monitors.values().forEach(MemberMonitor::stop));
    loop.stop();
    probeThreads.shutdownNow();
    try {
      if (!EventLoop.isCurrentThreadALoop() && !loop.join(JOIN_MILLIS)) {
        LOG.warn("{} does not end: a PoolListener blocks it", loop);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
