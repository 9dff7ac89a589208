package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * An ICMP datagram socket of Linux (icmp(7)). It is connected, so that the system passes on that
 * the target refuses its requests.
 */
final class IcmpSocket implements EchoSocket {
  private final Arena arena;
  private final Libc libc;
  private int descriptor = -1;

  private IcmpSocket() {
    arena = Arena.ofConfined();
    libc = new Libc(arena);
  }

  static IcmpSocket open(InetAddress address) throws IOException {
    IcmpSocket socket = new IcmpSocket();
    try {
      socket.connect(new InetSocketAddress(address, 0));
      return socket;
    } catch (IOException | RuntimeException | Error failure) {
      socket.close();
      throw failure;
    }
  }

  private void connect(InetSocketAddress target) throws IOException {
    int family = SockAddr.familyOf(target);
    int protocol = family == Linux.AF_INET ? Linux.IPPROTO_ICMP : Linux.IPPROTO_ICMPV6;
    int type = Linux.SOCK_DGRAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    descriptor = Errors.check(libc.sockets.socket(family, type, protocol));
    SockAddr address = new SockAddr(arena);
    address.write(target);
    Errors.check(libc.sockets.connect(descriptor, address.address(), address.length()));
  }

  @Override
  public void send(ByteBuffer request) throws IOException {
    long at = MemorySegment.ofBuffer(request).address();
    long sent = libc.sockets.send(descriptor, at, request.remaining(), Linux.MSG_NOSIGNAL);
    if (sent < 0) {
      throw Errors.of(sent);
    }
  }

  @Override
  public boolean receive(ByteBuffer target) throws IOException {
    long at = MemorySegment.ofBuffer(target).address();
    long count = libc.sockets.recv(descriptor, at, target.remaining(), 0);
    if (Errors.isTransient(count)) {
      return false;
    }
    if (count < 0) {
      throw Errors.of(count);
    }
    target.position(target.position() + (int) count);
    return true;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      if (descriptor >= 0) {
        libc.close(descriptor);
      }
      arena.close();
    }
  }
}
