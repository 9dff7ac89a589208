package io.lb4j.examples.cli;

import io.lb4j.BalancingStrategy;
import io.lb4j.CloseReason;
import io.lb4j.Flow;
import io.lb4j.FlowListener;
import io.lb4j.Health;
import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.PoolEvent;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A traced virtual server over two servers, and means to wait for what it reports. */
final class DemoEdge implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  private final BlockingQueue<PoolEvent.MemberDown> downs = new LinkedBlockingQueue<>();
  private final Semaphore ended = new Semaphore(0);
  private final VirtualServer server;

  DemoEdge(String name, String protocol, PrintWriter out, LittleServer one, LittleServer other) {
    Pool pool =
        Pool.builder(name)
            .member("127.0.0.1", one.port())
            .member("127.0.0.1", other.port())
            .strategy(BalancingStrategy.roundRobin())
            .monitor(
                HealthMonitor.tcp()
                    .interval(Duration.ofSeconds(1)) // a slow machine is no failure
                    .fall(2))
            .listener(this::onPoolEvent)
            .build();
    DeckTrace trace = new DeckTrace(out);
    VirtualServer.Builder builder =
        VirtualServer.builder(name).listen("127.0.0.1", 0).protocol(protocol).pool(pool);
    trace.attachTo(builder);
    builder.listener(
        new FlowListener() { // after the trace, so that its last line is out when this counts
          @Override
          public void onClose(Flow flow, CloseReason reason) {
            ended.release();
          }
        });
    server = builder.start();
    trace.listening(server);
  }

  private void onPoolEvent(PoolEvent event) {
    if (event instanceof PoolEvent.MemberDown down) {
      downs.add(down);
    }
  }

  VirtualServer server() {
    return server;
  }

  SocketAddress address() {
    return server.address();
  }

  /** Waits until the monitor has found every member up. */
  boolean awaitUp() throws InterruptedException {
    return Await.until(
        () -> server.pool().members().stream().allMatch(member -> member.health() == Health.UP));
  }

  /** Waits until one more flow has ended. */
  void awaitEndOfFlow() throws IOException, InterruptedException {
    if (!ended.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("a flow did not end");
    }
  }

  /** Waits until the monitor reports a member down; the report, if it comes. */
  Optional<PoolEvent.MemberDown> awaitDown(PoolMember member) throws InterruptedException {
    return Optional.ofNullable(downs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .filter(down -> down.member().equals(member) && member.health() == Health.DOWN);
  }

  @Override
  public void close() {
    server.close();
  }
}
