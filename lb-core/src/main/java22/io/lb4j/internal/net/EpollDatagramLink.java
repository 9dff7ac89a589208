package io.lb4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/** A connected datagram descriptor, level-triggered once it is watched. */
final class EpollDatagramLink implements DatagramLink, EpollPoller.Entry {
  private static final int GONE = -1;

  private final EpollPoller poller;
  private final PeerAddress peer;
  private int descriptor;
  private final int slot;
  private boolean watched;
  private ReadyHandler handler;

  private EpollDatagramLink(EpollPoller poller, PeerAddress peer, int descriptor) {
    this.poller = poller;
    this.peer = peer;
    this.descriptor = descriptor;
    slot = poller.keep(this);
  }

  static EpollDatagramLink open(EpollPoller poller, ConnectRequest request) throws IOException {
    int family = EpollSocket.familyOf(request);
    PeerAddress peer = poller.peerAt(request.remote());
    int type = Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    int descriptor = Errors.check(poller.libc().sockets.socket(family, type));
    try {
      poller.options().applyToDatagrams(descriptor, family, request.settings());
      int result = EpollSocket.bindAndConnect(poller, descriptor, family, request);
      if (result == -Linux.EAGAIN) { // the one thing that it would wait for
        throw new BindException("no free port");
      }
      Errors.check(result);
      return new EpollDatagramLink(poller, peer, descriptor);
    } catch (Throwable failure) {
      poller.libc().close(descriptor);
      throw failure;
    }
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public int interest() {
    return Linux.EPOLLIN;
  }

  @Override
  public void watch(ReadyHandler handler) throws IOException {
    checkOpen();
    this.handler = handler;
    if (!watched) {
      poller.watch(slot, this);
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
    checkOpen();
    long from = poller.addressOf(payload) + payload.position();
    long result = poller.libc().sockets.sendDatagram(descriptor, from, payload.remaining());
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
    checkOpen();
    long to = poller.addressOf(target) + target.position();
    long result = poller.libc().sockets.recv(descriptor, to, target.remaining(), 0);
    if (result >= 0) {
      target.position(target.position() + (int) result);
      return (int) result;
    }
    if (Errors.isTransient(result) || result == -Linux.EMSGSIZE) {
      return NOTHING; // that an earlier one was too long for the way says nothing of the peer
    }
    throw Errors.datagram(result);
  }

  private void checkOpen() throws ClosedChannelException {
    if (descriptor == GONE) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    if (descriptor != GONE) {
      poller.remove(slot);
      poller.libc().close(forgetDescriptor());
    }
  }

  /** Excludes {@link #localAddress}, which any thread may be asking for at this moment. */
  private synchronized int forgetDescriptor() {
    int closing = descriptor;
    descriptor = GONE;
    return closing;
  }

  @Override
  public synchronized Optional<SocketAddress> localAddress() {
    return descriptor == GONE ? Optional.empty() : SockAddr.ofSocket(descriptor);
  }

  @Override
  public SocketAddress remoteAddress() {
    return peer.get();
  }
}
