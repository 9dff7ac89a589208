package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that send datagrams at a rate and want no answer, as those of a log do. At the end each
 * asks the server how many have come; what has not is lost.
 */
final class BurstLoad implements AutoCloseable {
  private static final long MILLI = 1_000_000;

  /** A load generator that had to wait must not fill the proxy's buffer at once afterwards. */
  private static final int AT_ONCE = 64;

  private static final int TIMES_TO_ASK = 10;
  private static final long TO_ANSWER_NANOS = 100 * MILLI;

  private final List<DatagramChannel> clients = new ArrayList<>();
  private final ByteBuffer datagram;
  private final ByteBuffer answer;
  private long sent;

  BurstLoad(Workload workload, SocketAddress proxy, int count) throws IOException {
    datagram = ByteBuffer.allocateDirect(workload.messageBytes());
    answer = ByteBuffer.allocateDirect(workload.messageBytes());
    for (int i = 0; i < count; i++) {
      DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
      clients.add(channel);
      channel.configureBlocking(false);
      channel.connect(proxy);
    }
  }

  LoadFigures run(Duration duration, Pace pace) throws IOException {
    long before = delivered(); // a client may have the port, and so the session, of an earlier one
    long start = System.nanoTime();
    long now = start;
    pace.forget(start);
    while (now - start < duration.toNanos()) {
      for (int left = AT_ONCE; left > 0 && pace.untilNext(now) <= 0; left--) {
        pace.begin();
        send(clients.get((int) (sent++ % clients.size())));
      }
      pace.forget(now);
      LockSupport.parkNanos(pace.untilNext(now));
      now = System.nanoTime();
    }
    long nanos = now - start;
    long delivered = delivered() - before;
    long bytes = delivered * datagram.capacity();
    return new LoadFigures(delivered, bytes, sent - delivered, 0, nanos, 0, 0);
  }

  private void send(DatagramChannel client) {
    try {
      client.write(datagram.clear().put(0, (byte) 0));
    } catch (IOException refused) {
      // It was counted, and will be found lost.
    }
  }

  private long delivered() throws IOException {
    long delivered = 0;
    for (DatagramChannel client : clients) {
      delivered += delivered(client);
    }
    return delivered;
  }

  /** Asks again if there is no answer: the question may have been lost behind all the others. */
  private long delivered(DatagramChannel client) throws IOException {
    for (int times = 0; times < TIMES_TO_ASK; times++) {
      try {
        while (client.read(answer.clear()) > 0) {} // to a question of before that was asked again
        client.write(datagram.clear().put(0, DatagramService.HOW_MANY));
        for (long waited = 0; waited < TO_ANSWER_NANOS; waited += MILLI) {
          LockSupport.parkNanos(MILLI);
          if (client.read(answer.clear()) > 0) {
            return answer.getLong(0);
          }
        }
      } catch (IOException refused) {
        LockSupport.parkNanos(MILLI);
      }
    }
    return 0;
  }

  @Override
  public void close() throws IOException {
    for (DatagramChannel client : clients) {
      client.close();
    }
  }
}
