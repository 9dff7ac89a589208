package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Clients that exchange datagrams through a proxy, each one round trip at a time. A reply that does
 * not come within {@link #PATIENCE} is lost, and the client goes on with another request.
 */
final class UdpLoad implements AutoCloseable {
  /** Far longer than a busy machine takes, so that what is late is not taken for lost. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long LOOK_FOR_LOST_NANOS = 50_000_000;
  private static final long MILLI = 1_000_000;
  private static final long TURN_NANOS = 10 * MILLI;

  private final Selector selector;
  private final Tally tally = new Tally();
  private final List<UdpClient> clients;
  private final Queue<UdpClient> idle = new ArrayDeque<>();
  private long lookedNanos = System.nanoTime();
  private long lastNumber;

  UdpLoad(Workload workload, Selector selector, SocketAddress proxy, int count) {
    this.selector = selector;
    clients = Stream.generate(() -> new UdpClient(workload, this, proxy)).limit(count).toList();
    idle.addAll(clients);
  }

  /** Begins round trips at that pace for that long, and then waits for those under way. */
  LoadFigures run(Duration duration, Pace pace) throws IOException {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long now = start;
    while (now - end < 0) {
      begin(pace, now);
      await(idle.isEmpty() ? TURN_NANOS : Math.min(pace.untilNext(now), end - now));
      now = System.nanoTime();
      giveUp(now);
    }
    finish(() -> idle.size() == clients.size());
    return tally.figures(now - start);
  }

  private void begin(Pace pace, long now) throws IOException {
    int most = clients.size(); // then have a look at replies, also when all were refused at once
    while (most-- > 0 && !idle.isEmpty() && pace.untilNext(now) <= 0) {
      pace.begin();
      idle.remove().begin(++lastNumber);
    }
  }

  /** Takes replies for up to so long, or until there were some. */
  private void await(long nanos) throws IOException {
    if (nanos >= MILLI) {
      selector.select(UdpLoad::onReady, Math.min(nanos, TURN_NANOS) / MILLI);
    } else if (selector.selectNow(UdpLoad::onReady) == 0 && nanos > 0) {
      LockSupport.parkNanos(nanos); // a selector knows no time shorter than a millisecond
    }
  }

  private static void onReady(SelectionKey key) {
    ((UdpClient) key.attachment()).onReady();
  }

  private void giveUp(long now) {
    if (now - lookedNanos > LOOK_FOR_LOST_NANOS) {
      lookedNanos = now;
      clients.forEach(client -> client.giveUpIfSince(now - PATIENCE.toNanos()));
    }
  }

  private void finish(BooleanSupplier done) throws IOException {
    while (!done.getAsBoolean()) {
      await(TURN_NANOS);
      giveUp(System.nanoTime());
    }
  }

  Selector selector() {
    return selector;
  }

  /** A client has its reply. */
  void replied(UdpClient client, int bytes, long nanos) {
    tally.bytes(bytes);
    tally.operation(nanos);
    idle.add(client);
  }

  /** A client will have none. */
  void lost(UdpClient client) {
    tally.error();
    idle.add(client);
  }

  @Override
  public void close() throws IOException {
    clients.forEach(UdpClient::close);
    selector.selectNow(); // only now are they closed that the selector knew
  }
}
