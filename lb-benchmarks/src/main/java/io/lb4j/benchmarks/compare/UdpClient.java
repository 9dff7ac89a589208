package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** A client of UDP: one port for all its requests, or a new one for each. */
final class UdpClient {
  private final boolean newPorts;
  private final UdpLoad load;
  private final SocketAddress proxy;
  private final ByteBuffer request;
  private final ByteBuffer reply;
  private DatagramChannel channel;
  private long number;
  private long sinceNanos;
  private boolean waiting;

  UdpClient(Workload workload, UdpLoad load, SocketAddress proxy) {
    this.newPorts = workload == Workload.UDP_SHORT;
    this.load = load;
    this.proxy = proxy;
    request = ByteBuffer.allocateDirect(workload.messageBytes());
    reply = ByteBuffer.allocateDirect(workload.messageBytes() + 1);
  }

  /** Sends a request with a number that no other has. */
  void begin(long newNumber) {
    number = newNumber;
    sinceNanos = System.nanoTime();
    waiting = true;
    try {
      if (channel == null) {
        open();
      }
      channel.write(request.clear().putLong(0, number)); // with no room for it, it is lost
    } catch (IOException refused) {
      lost();
    }
  }

  private void open() throws IOException {
    channel = DatagramChannel.open(StandardProtocolFamily.INET);
    channel.configureBlocking(false);
    channel.connect(proxy);
    channel.register(load.selector(), SelectionKey.OP_READ, this);
  }

  /** Reads a datagram; a reply to what was given up comes too late. */
  void onReady() {
    try {
      int read = channel.read(reply.clear());
      if (waiting && read == request.capacity() && reply.getLong(0) == number) {
        replied();
      }
    } catch (IOException unreachable) {
      lost();
    }
  }

  private void replied() {
    end();
    load.replied(this, request.capacity(), System.nanoTime() - sinceNanos);
  }

  /** Takes the reply for lost if the request is so old. */
  void giveUpIfSince(long momentNanos) {
    if (waiting && sinceNanos - momentNanos < 0) {
      lost();
    }
  }

  private void lost() {
    if (waiting) {
      end();
      load.lost(this);
    }
  }

  private void end() {
    waiting = false;
    if (newPorts) {
      close();
    }
  }

  void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException closedAnyway) {
      // Nothing else to do for it.
    }
    channel = null;
  }
}
