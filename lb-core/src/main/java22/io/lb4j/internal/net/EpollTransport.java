package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.SocketAddress;

/**
 * Linux's epoll, called through {@code java.lang.foreign}: fewer system calls per flow than {@code
 * java.nio} makes, and bulk without copying.
 */
final class EpollTransport implements Transport {
  private final int dataOffset;
  private boolean asked; // the rest is guarded by this
  private boolean splices;
  private boolean batches;

  private EpollTransport(int dataOffset) {
    this.dataOffset = dataOffset;
  }

  /**
   * Makes the transport if it works here.
   *
   * @throws UnsupportedOperationException when something that it needs is missing or refused; the
   *     message says what
   * @throws IllegalCallerException when native access is denied to this module
   * @throws IOException when the system has no descriptor left
   */
  static EpollTransport probe() throws IOException {
    Linkage.probe();
    NativeProbe.checkNeeded();
    return new EpollTransport(EpollEvents.measureDataOffset());
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public synchronized Poller openPoller() throws IOException {
    if (!asked) { // once for all loops of a server, and not by those who only look for a transport
      splices = NativeProbe.maySplice();
      batches = NativeProbe.mayBatch();
      asked = true;
    }
    return new EpollPoller(dataOffset, splices, batches);
  }

  @Override
  public boolean tellsLocalAddress() {
    return true;
  }

  @Override
  public boolean spreadsDatagrams() {
    return true;
  }

  @Override
  public void check(SocketSettings settings, SocketAddress address) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int family = SockAddr.familyOf(address);
      int descriptor = Errors.check(libc.sockets.socket(family, Linux.SOCK_STREAM));
      try {
        new OptionCalls(libc, arena).apply(descriptor, family, settings);
      } finally {
        libc.close(descriptor);
      }
    }
  }
}
