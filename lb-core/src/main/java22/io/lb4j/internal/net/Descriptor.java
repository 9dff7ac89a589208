package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/**
 * The descriptor of one entry of a poller, and the slot at which the entry hears of it. It is
 * closed here and nowhere else; {@link EpollPoller} tells why nothing may be done with its number
 * after that. All but {@link #localAddress} is for the thread of the loop.
 */
final class Descriptor {
  private static final int GONE = -1;
  private static final int NOWHERE = -1;

  private final EpollPoller poller;
  private int number = GONE;
  private int slot = NOWHERE;

  /** One that has nothing yet: whoever has no memory for it has nothing to close either. */
  Descriptor(EpollPoller poller) {
    this.poller = poller;
  }

  /** Opens a socket that never blocks. */
  void open(int family, int type) throws IOException {
    int flags = Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    number = Errors.check(poller.libc().sockets.socket(family, type | flags));
  }

  /** Takes an accepted one over. */
  void take(EpollAccepted accepted) {
    number = accepted.take();
  }

  /** What the system knows it by; nothing that it knows once it is closed. */
  int number() {
    return number;
  }

  boolean isOpen() {
    return number != GONE;
  }

  void checkOpen() throws ClosedChannelException {
    if (number == GONE) {
      throw new ClosedChannelException();
    }
  }

  /** Its entry is told of events from now on. */
  void add(EpollPoller.Entry entry) throws IOException {
    slot = poller.add(entry);
  }

  /** Its entry is kept, and told of nothing yet. */
  void keep(EpollPoller.Entry entry) {
    slot = poller.keep(entry);
  }

  /** Its entry, which is kept, is told of events from now on. */
  void watch(EpollPoller.Entry entry) throws IOException {
    poller.watch(slot, entry);
  }

  /** Its entry is interested in something else. */
  void modify(EpollPoller.Entry entry) throws IOException {
    poller.modify(slot, entry);
  }

  /** Gives it back; nothing happens when that was done before. */
  void close() {
    if (number == GONE) {
      return;
    }
    if (slot != NOWHERE) {
      poller.remove(slot);
    }
    poller.libc().close(forget());
  }

  /** Excludes {@link #localAddress}, which any thread may be asking for at this moment. */
  private synchronized int forget() {
    int closing = number;
    number = GONE;
    return closing;
  }

  /** The address that it is bound to; empty once it is closed. Any thread. */
  synchronized Optional<SocketAddress> localAddress() {
    return number == GONE ? Optional.empty() : SockAddr.ofSocket(number);
  }
}
