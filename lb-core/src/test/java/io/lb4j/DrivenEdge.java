package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.ManualClock;
import io.lb4j.testing.Await;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What a virtual server does with its flows, on loops that the test drives with a clock that the
 * test moves. Its sockets are real; nothing happens but within {@link #until} and {@link #pass}.
 */
final class DrivenEdge implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(1);

  private final FlowLog log = new FlowLog();
  private final ManualClock clock;
  private final Pool pool;
  private final FlowLoops loops;

  /**
   * Listens on a free port of 127.0.0.1.
   *
   * @param clock also that of the pool
   * @param settings with the pool
   */
  DrivenEdge(ManualClock clock, VirtualServer.Builder settings) {
    this.clock = clock;
    VirtualServerSettings built = settings.clock(clock).listener(log).settings();
    pool = built.pool();
    loops =
        new FlowLoops(
            built, List.of(ServiceAddress.of("127.0.0.1", 0)), new FlowGate(built.maxFlows()));
    pool.flows().join(loops);
    loops.accept();
  }

  /** The flows that have ended. */
  List<Flow> closed() {
    return log.closed();
  }

  FlowTable flows() {
    return loops.table();
  }

  Pool pool() {
    return pool;
  }

  /** The loop that accepts. */
  EventLoop loop() {
    return loops.loops().get(0);
  }

  /** A client of whose flow it is known what becomes of it, and who reads what comes. */
  TestClient connect() throws IOException {
    long before = flows().opened();
    TestClient client = TestClient.to(loops.addresses().get(0));
    client.collect();
    until("the client to be seen", () -> flows().opened() > before);
    return client;
  }

  /** Has the client say a word and hear it again. */
  void echo(TestClient client, String word) throws IOException {
    long before = client.received();
    client.send(word);
    until("the echo of " + word, () -> client.received() == before + word.length());
  }

  /** Lets the loops work, without time passing, until a condition holds. */
  void until(String what, BooleanSupplier condition) {
    Await.until(
        what,
        () -> {
          turn();
          return condition.getAsBoolean();
        });
  }

  /** Lets time pass and the loops do what is due. */
  void pass(Duration time) {
    for (long steps = time.dividedBy(STEP); steps > 0; steps--) {
      clock.advance(STEP);
      turn();
      turn(); // a turn expires what was due before it
    }
  }

  private void turn() {
    try {
      for (EventLoop loop : loops.loops()) {
        loop.runOnce(0);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    pool.flows().leave(loops);
    loops.stopListening(false);
    turn();
    loops.stop();
  }
}
