package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;

/**
 * A listening descriptor, level-triggered, that hands what it accepts to its handler, a bounded
 * number per turn.
 */
final class EpollListenSocket implements ListenSocket, EpollPoller.Entry {
  private static final int MOST_ACCEPTS_PER_TURN = 32;

  private final EpollPoller poller;
  private final AcceptHandler handler;
  private final int backlog;
  private final SocketAddress address;
  private Optional<UnixSocketFile> file = Optional.empty();
  private final Descriptor descriptor;
  private boolean accepting;
  private int acceptsPerTurn = 1;

  EpollListenSocket(EpollPoller poller, ListenRequest request, AcceptHandler handler)
      throws IOException {
    this.poller = poller;
    this.handler = handler;
    this.backlog = request.backlog();
    int family = SockAddr.familyOf(request.address());
    descriptor = new Descriptor(poller);
    descriptor.open(family, Linux.SOCK_STREAM);
    try {
      // Accepted TCP sockets inherit all options, which saves a call for each.
      poller.options().apply(descriptor.number(), family, request.settings());
      if (family != Linux.AF_UNIX) {
        poller.options().set(descriptor.number(), Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1);
        poller.options().set(descriptor.number(), Linux.IPPROTO_TCP, Linux.TCP_NODELAY, 1);
      }
      if (family == Linux.AF_INET6) { // "::" takes IPv4 as well, whatever net.ipv6.bindv6only says
        poller.options().set(descriptor.number(), Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 0);
      }
      address = listenOn(request.address());
      descriptor.add(this);
    } catch (Throwable failure) {
      file.ifPresent(UnixSocketFile::remove);
      descriptor.close();
      throw failure;
    }
  }

  private SocketAddress listenOn(SocketAddress wanted) throws IOException {
    SockAddr bound = poller.sockAddr();
    bound.write(wanted);
    if (wanted instanceof UnixDomainSocketAddress unix) {
      file = Optional.of(UnixSocketFile.bind(unix, () -> bindTo(bound)));
    } else {
      bindTo(bound);
    }
    SocketCalls calls = poller.libc().sockets;
    Errors.check(calls.listen(descriptor.number(), backlog));
    Errors.check(calls.getsockname(descriptor.number(), bound.address(), bound.lengthAddress()));
    return bound.read();
  }

  private void bindTo(SockAddr address) throws IOException {
    Errors.check(
        poller.libc().sockets.bind(descriptor.number(), address.address(), address.length()));
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public int descriptor() {
    return descriptor.number();
  }

  @Override
  public int interest() {
    return accepting ? Linux.EPOLLIN : 0;
  }

  @Override
  public void accepting(boolean accepting) {
    if (!descriptor.isOpen() || this.accepting == accepting) {
      return;
    }
    this.accepting = accepting;
    try {
      descriptor.modify(this);
    } catch (IOException failure) {
      handler.onAcceptFailure(failure);
    }
  }

  @Override
  public void onEvents(int bits) {
    // To be told that there is no more costs a call. So it asks for as many as came last time.
    boolean more = accept(acceptsPerTurn, false);
    acceptsPerTurn = more ? Math.min(acceptsPerTurn * 2, MOST_ACCEPTS_PER_TURN) : 1;
  }

  @Override
  public void acceptPending() {
    accept(backlog + 1, true); // as many as the system holds
  }

  /**
   * Accepts so many.
   *
   * @param paused whether to do so even if nothing is to be accepted now
   * @return whether there may be more
   */
  private boolean accept(int atMost, boolean paused) {
    SocketCalls calls = poller.libc().sockets;
    SockAddr peer = poller.sockAddr();
    int flags = Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    for (int i = 0; i < atMost && (accepting || paused) && descriptor.isOpen(); i++) {
      int accepted = calls.accept(descriptor.number(), peer.address(), peer.lengthAddress(), flags);
      if (Errors.isTransient(accepted)) {
        return false;
      }
      if (accepted == -Linux.ECONNABORTED) {
        continue; // that one has left already
      }
      if (accepted < 0) {
        handler.onAcceptFailure(Errors.of(accepted));
        return false;
      }
      handler.onAccept(taken(accepted, peer));
    }
    return true;
  }

  private EpollAccepted taken(int accepted, SockAddr peer) {
    try {
      return new EpollAccepted(accepted, peer.readPeer());
    } catch (Throwable failure) { // want of memory: nobody would ever close it
      poller.libc().close(accepted);
      throw failure;
    }
  }

  @Override
  public void close() {
    if (descriptor.isOpen()) {
      file.ifPresent(UnixSocketFile::remove); // first: the next one may bind as soon as we close
      descriptor.close();
    }
  }
}
