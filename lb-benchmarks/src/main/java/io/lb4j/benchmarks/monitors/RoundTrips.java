package io.lb4j.benchmarks.monitors;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** The times that single bytes took there and back, one at a time. */
final class RoundTrips {
  private static final int MOST = 5_000_000;

  private final long[] nanos; // ascending

  private RoundTrips(long[] nanos) {
    this.nanos = nanos;
  }

  /**
   * Measures for a while.
   *
   * @param pause between the end of one and the begin of the next; none if zero
   */
  static RoundTrips measure(SocketAddress server, Duration time, Duration pause)
      throws IOException {
    long[] nanos = new long[MOST];
    int count = 0;
    ByteBuffer octet = ByteBuffer.allocateDirect(1);
    try (SocketChannel client = SocketChannel.open(server)) {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      long begun = System.nanoTime();
      while (count < MOST && System.nanoTime() - begun < time.toNanos()) {
        long sent = System.nanoTime();
        client.write(octet.clear());
        if (client.read(octet.clear()) != 1) {
          throw new IOException("the flow has ended");
        }
        nanos[count++] = System.nanoTime() - sent;
        if (!pause.isZero()) {
          LockSupport.parkNanos(pause.toNanos());
        }
      }
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new RoundTrips(sorted);
  }

  int count() {
    return nanos.length;
  }

  private double micros(double share) {
    return nanos[(int) Math.min(nanos.length - 1, share * nanos.length)] / 1e3;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "round trip %.0f us median, %.0f us p99, %.0f us p99.9",
        micros(0.5),
        micros(0.99),
        micros(0.999));
  }
}
