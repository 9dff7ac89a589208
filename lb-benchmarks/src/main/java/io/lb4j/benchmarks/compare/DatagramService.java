package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * What the server does with datagrams: sends them back, or counts those of each peer and tells when
 * it is asked.
 */
final class DatagramService {
  /** The first byte of a datagram that asks how many came before, and is not counted. */
  static final byte HOW_MANY = 1;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final Map<SocketAddress, Long> counts = new HashMap<>();
  private final boolean counting;

  DatagramService(Workload workload) {
    counting = workload == Workload.UDP_BURST;
  }

  /** Serves all that have come; an answer that the system has no room for is lost. */
  void serve(DatagramChannel channel) throws IOException {
    for (SocketAddress from = receive(channel); from != null; from = receive(channel)) {
      if (!counting) {
        channel.send(buffer.flip(), from);
      } else if (buffer.get(0) == HOW_MANY) {
        buffer.putLong(0, counts.getOrDefault(from, 0L));
        channel.send(buffer.flip(), from);
      } else {
        counts.merge(from, 1L, Long::sum);
      }
    }
  }

  private SocketAddress receive(DatagramChannel channel) throws IOException {
    return channel.receive(buffer.clear());
  }
}
