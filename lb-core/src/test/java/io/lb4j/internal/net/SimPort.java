package io.lb4j.internal.net;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A simulated {@link DatagramPort}. */
final class SimPort extends SimDatagramSocket implements DatagramPort {
  private static final int MOST_PER_TURN = 16;

  final boolean shared;
  private final DatagramHandler handler;
  private final DatagramOrigin origin = new DatagramOrigin();
  private boolean receiving;

  SimPort(SimTransport.SimPoller poller, DatagramPortRequest request, DatagramHandler handler)
      throws BindException {
    super(poller);
    this.handler = handler;
    shared = request.shared();
    network.bind(this, request);
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public void receiving(boolean on) {
    synchronized (network) {
      receiving = on;
      queueIfReady();
    }
  }

  @Override
  boolean isReady() {
    return receiving && hasArrivals();
  }

  @Override
  void tell() {
    for (int i = 0; i < MOST_PER_TURN && receiving && !closed; i++) {
      SimDatagram next = next();
      if (next == null) {
        return;
      }
      tell(next);
    }
  }

  private void tell(SimDatagram datagram) {
    origin.client(datagram.source);
    InetAddress own = datagram.target.getAddress();
    boolean wildcard = address.getAddress().isAnyLocalAddress();
    origin.local(wildcard ? DatagramPath.high(own) : 0, wildcard ? DatagramPath.low(own) : 0);
    try {
      handler.onDatagram(origin, poller.incoming().put(datagram.payload).flip());
    } catch (Throwable failure) {
      handler.onHandlerFailure(failure);
    }
  }

  @Override
  void unreachable() {
    // a socket without a peer is not told
  }

  @Override
  public ByteBuffer room() {
    return poller.outgoing();
  }

  @Override
  public void send(DatagramPath path, ByteBuffer room) {
    if (closed) {
      return;
    }
    Optional<InetAddress> local = path.local();
    InetSocketAddress source =
        local.map(own -> new InetSocketAddress(own, address.getPort())).orElse(address);
    byte[] payload = new byte[room.remaining()];
    room.get(payload);
    DatagramOutcome outcome = network.send(this, source, path.client(), payload);
    if (outcome != DatagramOutcome.SENT) {
      handler.onDropped(outcome);
    }
  }

  @Override
  public void close() {
    leave();
  }
}
