package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;

/** A descriptor that nobody owns yet; the first to take or refuse it has it. */
final class EpollAccepted implements Accepted {
  private static final int GONE = -1;
  private static final VarHandle DESCRIPTOR;

  static {
    try {
      DESCRIPTOR =
          MethodHandles.lookup().findVarHandle(EpollAccepted.class, "descriptor", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final PeerAddress peer;

  @SuppressWarnings("UnusedVariable") // through DESCRIPTOR
  private int descriptor;

  EpollAccepted(int descriptor, PeerAddress peer) {
    this.descriptor = descriptor;
    this.peer = peer;
  }

  @Override
  public SocketAddress remoteAddress() {
    return peer.get();
  }

  PeerAddress peer() {
    return peer;
  }

  int take() {
    int taken = (int) DESCRIPTOR.getAndSet(this, GONE);
    if (taken == GONE) {
      throw new IllegalStateException(
          "connection of " + remoteAddress() + " is adopted or refused already");
    }
    return taken;
  }

  @Override
  public void refuse() {
    int refused = (int) DESCRIPTOR.getAndSet(this, GONE);
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
