package io.lb4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A connected datagram descriptor, level-triggered once it is watched. */
final class EpollDatagramLink implements DatagramLink, EpollPoller.Entry {
  private final EpollPoller poller;
  private final PeerAddress peer;
  private final Descriptor descriptor;
  private boolean watched;
  private ReadyHandler handler;

  private EpollDatagramLink(EpollPoller poller, PeerAddress peer) {
    this.poller = poller;
    this.peer = peer;
    descriptor = new Descriptor(poller);
  }

  static EpollDatagramLink open(EpollPoller poller, ConnectRequest request) throws IOException {
    int family = EpollSocket.familyOf(request);
    EpollDatagramLink link = new EpollDatagramLink(poller, poller.peerAt(request.remote()));
    link.descriptor.open(family, Linux.SOCK_DGRAM);
    try {
      link.connect(family, request);
      link.descriptor.keep(link);
      return link;
    } catch (Throwable failure) {
      link.descriptor.close();
      throw failure;
    }
  }

  private void connect(int family, ConnectRequest request) throws IOException {
    poller.options().applyToDatagrams(descriptor.number(), family, request.settings());
    int result = EpollSocket.bindAndConnect(poller, descriptor.number(), family, request);
    if (result == -Linux.EAGAIN) { // the one thing that it would wait for
      throw new BindException("no free port");
    }
    Errors.check(result);
  }

  @Override
  public int descriptor() {
    return descriptor.number();
  }

  @Override
  public int interest() {
    return Linux.EPOLLIN;
  }

  @Override
  public void watch(ReadyHandler handler) throws IOException {
    descriptor.checkOpen();
    this.handler = handler;
    if (!watched) {
      descriptor.watch(this);
      watched = true;
    }
  }

  @Override
  public boolean isWatched() {
    return watched;
  }

  @Override
  public void onEvents(int bits) {
    ReadyDispatch.ready(handler, true, false);
  }

  @Override
  public DatagramOutcome send(ByteBuffer payload) throws IOException {
    descriptor.checkOpen();
    long from = poller.addressOf(payload) + payload.position();
    long result =
        poller.libc().sockets.sendDatagram(descriptor.number(), from, payload.remaining());
    if (result >= 0) {
      return DatagramOutcome.SENT;
    }
    if (result == -Linux.ECONNREFUSED) {
      throw Errors.datagram(result);
    }
    return Errors.outcomeOf(result);
  }

  @Override
  public int receive(ByteBuffer target) throws IOException {
    descriptor.checkOpen();
    long to = poller.addressOf(target) + target.position();
    long result = poller.libc().sockets.recv(descriptor.number(), to, target.remaining(), 0);
    if (result >= 0) {
      target.position(target.position() + (int) result);
      return (int) result;
    }
    if (Errors.isTransient(result) || result == -Linux.EMSGSIZE) {
      return NOTHING; // that an earlier one was too long for the way says nothing of the peer
    }
    throw Errors.datagram(result);
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    return descriptor.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return peer.get();
  }
}
