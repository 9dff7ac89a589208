package io.lb4j.internal.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A client or a member that a test plays in a {@link SimNetwork}: it collects what comes, and may
 * answer. Any thread may call it.
 */
public final class SimPeer extends SimEndpoint implements AutoCloseable {
  private final Function<ByteBuffer, List<byte[]>> answers;
  private final boolean collects;
  private final List<Received> received = new ArrayList<>();
  private long receivedCount;
  private long unreachableCount;

  /** What has come, and whence. */
  public static final class Received {
    private final InetSocketAddress source;
    private final byte[] payload;

    Received(InetSocketAddress source, byte[] payload) {
      this.source = source;
      this.payload = payload;
    }

    public InetSocketAddress source() {
      return source;
    }

    public byte[] payload() {
      return payload.clone();
    }
  }

  SimPeer(
      SimNetwork network,
      InetSocketAddress address,
      boolean collects,
      Function<ByteBuffer, List<byte[]>> answers) {
    super(network);
    this.address = address;
    this.collects = collects;
    this.answers = answers;
  }

  @Override
  void arrive(SimDatagram datagram) {
    receivedCount++;
    if (collects) {
      received.add(new Received(datagram.source, datagram.payload));
    }
    ByteBuffer payload = ByteBuffer.wrap(datagram.payload).asReadOnlyBuffer();
    for (byte[] answer : answers.apply(payload)) {
      network.send(this, /* source= */ datagram.target, /* target= */ datagram.source, answer);
    }
  }

  @Override
  void unreachable() {
    unreachableCount++;
  }

  /** Its address. */
  public InetSocketAddress address() {
    return address;
  }

  /** Sends a datagram; it arrives, if at all, within one of the next polls. */
  public DatagramOutcome send(InetSocketAddress target, byte[] payload) {
    synchronized (network) {
      return closed
          ? DatagramOutcome.REFUSED
          : network.send(this, address, target, payload.clone());
    }
  }

  /** Sends a datagram that claims to come from somewhere else. */
  public DatagramOutcome forge(InetSocketAddress source, InetSocketAddress target, byte[] payload) {
    synchronized (network) {
      return network.send(this, source, target, payload.clone());
    }
  }

  /** What has come since the last call, the oldest first; always nothing at a member. */
  public List<Received> take() {
    synchronized (network) {
      List<Received> taken = List.copyOf(received);
      received.clear();
      return taken;
    }
  }

  /** How many datagrams have come. */
  public long receivedCount() {
    synchronized (network) {
      return receivedCount;
    }
  }

  /** How often it was told that nobody was where it sent to. */
  public long unreachableCount() {
    synchronized (network) {
      return unreachableCount;
    }
  }

  /** Leaves the network: its address is unreachable from now on. */
  @Override
  public void close() {
    network.leave(this);
  }
}
