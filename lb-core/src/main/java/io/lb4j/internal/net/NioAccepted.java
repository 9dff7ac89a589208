package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;

/** A channel that nobody owns yet. */
final class NioAccepted implements Accepted {
  private final AtomicReference<SocketChannel> channel;
  private final SocketAddress remoteAddress;

  NioAccepted(SocketChannel channel) throws IOException {
    this.channel = new AtomicReference<>(channel);
    this.remoteAddress = channel.getRemoteAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** The channel, which from now on is the caller's. */
  SocketChannel take() {
    SocketChannel taken = channel.getAndSet(null);
    if (taken == null) {
      throw new IllegalStateException(
          "connection of " + remoteAddress + " is adopted or refused already");
    }
    return taken;
  }

  @Override
  public void refuse() {
    SocketChannel refused = channel.getAndSet(null);
    if (refused != null) {
      NioChannels.resetAndClose(refused);
    }
  }
}
