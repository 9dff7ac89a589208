package io.lb4j.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** A bound datagram descriptor, level-triggered, that receives a bounded number per turn. */
final class EpollDatagramPort implements DatagramPort, EpollPoller.Entry {
  private final EpollPoller poller;
  private final EpollDatagrams datagrams;
  private final DatagramHandler handler;
  private final boolean ipv6;
  private final SocketAddress address;
  private final Descriptor descriptor;
  private boolean receiving;
  private int most = 1;

  EpollDatagramPort(
      EpollPoller poller,
      EpollDatagrams datagrams,
      DatagramPortRequest request,
      DatagramHandler handler)
      throws IOException {
    this.poller = poller;
    this.datagrams = datagrams;
    this.handler = handler;
    int family = SockAddr.familyOf(request.address());
    ipv6 = family == Linux.AF_INET6;
    descriptor = new Descriptor(poller);
    descriptor.open(family, Linux.SOCK_DGRAM);
    try {
      poller.options().applyToDatagrams(descriptor.number(), family, request.settings());
      prepare(request.address());
      address = bind(request);
      descriptor.add(this);
    } catch (Throwable failure) {
      descriptor.close();
      throw failure;
    }
  }

  private void prepare(InetSocketAddress wanted) throws IOException {
    OptionCalls options = poller.options();
    if (ipv6) { // "::" takes IPv4 as well, whatever net.ipv6.bindv6only says
      options.require(descriptor.number(), Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
    }
    if (wanted.getAddress().isAnyLocalAddress()) {
      options.require(descriptor.number(), Linux.IPPROTO_IP, Linux.IP_PKTINFO, 1);
      if (ipv6) {
        options.require(descriptor.number(), Linux.IPPROTO_IPV6, Linux.IPV6_RECVPKTINFO, 1);
      }
    }
  }

  private SocketAddress bind(DatagramPortRequest request) throws IOException {
    SocketCalls calls = poller.libc().sockets;
    SockAddr bound = poller.sockAddr();
    if (request.further()) {
      share();
    }
    bound.write(request.address());
    Errors.check(calls.bind(descriptor.number(), bound.address(), bound.length()));
    if (request.shared() && !request.further()) {
      share(); // only now, so that it does not come to share an address with a stranger
    }
    Errors.check(calls.getsockname(descriptor.number(), bound.address(), bound.lengthAddress()));
    return bound.read();
  }

  private void share() throws IOException {
    poller.options().require(descriptor.number(), Linux.SOL_SOCKET, Linux.SO_REUSEPORT, 1);
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public int descriptor() {
    return descriptor.number();
  }

  boolean isOpen() {
    return descriptor.isOpen();
  }

  boolean isIpv6() {
    return ipv6;
  }

  @Override
  public int interest() {
    return receiving ? Linux.EPOLLIN : 0;
  }

  @Override
  public void receiving(boolean on) {
    if (!descriptor.isOpen() || receiving == on) {
      return;
    }
    receiving = on;
    try {
      descriptor.modify(this);
    } catch (IOException failure) {
      handler.onReceiveFailure(failure);
    }
  }

  @Override
  public void onEvents(int bits) {
    if (!receiving) { // an error, which is always told
      poller.options().get(descriptor.number(), Linux.SOL_SOCKET, Linux.SO_ERROR);
      return;
    }
    // To be told that there is no more costs time. So it asks for as many as came last time.
    int count = datagrams.inbox.receive(this, handler, most);
    if (count < 0 && !Errors.isTransient(count)) {
      handler.onReceiveFailure(Errors.of(count));
    }
    most = count == most ? Math.min(most * 2, MessageBatch.SIZE) : Math.max(count, 1);
  }

  @Override
  public ByteBuffer room() {
    return datagrams.outbox.room(this);
  }

  @Override
  public void send(DatagramPath path, ByteBuffer room) {
    if (descriptor.isOpen()) {
      datagrams.outbox.add(this, path, room);
    }
  }

  /** So many of those that were sent have met this end. */
  void tellDropped(DatagramOutcome why, int times) {
    for (int i = 0; i < times && descriptor.isOpen(); i++) {
      handler.onDropped(why);
    }
  }

  @Override
  public void close() {
    if (descriptor.isOpen()) {
      datagrams.outbox.flush(this);
      descriptor.close(); // unless that was done by whom the flush has told
    }
  }
}
