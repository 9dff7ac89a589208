package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A descriptor that nobody owns yet; the first to take or refuse it has it. */
final class EpollAccepted implements Accepted {
  private static final int GONE = -1;

  private final AtomicInteger descriptor;
  private final SocketAddress remoteAddress;

  EpollAccepted(int descriptor, SocketAddress remoteAddress) {
    this.descriptor = new AtomicInteger(descriptor);
    this.remoteAddress = remoteAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  int take() {
    int taken = descriptor.getAndSet(GONE);
    if (taken == GONE) {
      throw new IllegalStateException(
          "connection of " + remoteAddress + " is adopted or refused already");
    }
    return taken;
  }

  @Override
  public void refuse() {
    int refused = descriptor.getAndSet(GONE);
    if (refused == GONE) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) { // any thread may refuse
      Libc libc = new Libc(arena);
      new OptionCalls(libc, arena).resetOnClose(refused);
      libc.close(refused);
    }
  }
}
