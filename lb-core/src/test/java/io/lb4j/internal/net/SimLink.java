package io.lb4j.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/** A simulated {@link DatagramLink}. */
final class SimLink extends SimDatagramSocket implements DatagramLink {
  final InetSocketAddress peer;
  private ReadyHandler handler;
  private boolean refused;

  SimLink(SimTransport.SimPoller poller, ConnectRequest request) throws IOException {
    super(poller);
    peer = (InetSocketAddress) request.remote();
    network.connect(this, request.source().map(source -> (InetSocketAddress) source));
  }

  @Override
  public void watch(ReadyHandler handler) throws IOException {
    checkOpen();
    synchronized (network) {
      this.handler = handler;
      queueIfReady();
    }
  }

  @Override
  boolean isReady() {
    return handler != null && (refused || hasArrivals());
  }

  @Override
  void tell() {
    ReadyDispatch.ready(handler, true, false);
  }

  @Override
  void unreachable() {
    refused = true;
    queueIfReady();
  }

  private void checkRefusal() throws PortUnreachableException {
    synchronized (network) {
      if (refused) {
        refused = false;
        throw new PortUnreachableException("Connection refused");
      }
    }
  }

  @Override
  public DatagramOutcome send(ByteBuffer payload) throws IOException {
    checkOpen();
    checkRefusal();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    return network.send(this, address, peer, bytes);
  }

  @Override
  public int receive(ByteBuffer target) throws IOException {
    checkOpen();
    checkRefusal();
    SimDatagram next = next();
    if (next == null) {
      return NOTHING;
    }
    target.put(next.payload);
    return next.payload.length;
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    leave();
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    synchronized (network) {
      return closed ? Optional.empty() : Optional.of(address);
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return peer;
  }
}
