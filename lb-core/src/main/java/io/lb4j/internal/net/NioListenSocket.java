package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * A {@link ServerSocketChannel} that hands what it accepts to its handler, a bounded number per
 * turn.
 */
final class NioListenSocket implements ListenSocket, NioPoller.Attachment {
  private static final int ACCEPTS_PER_TURN = 32;

  private final ServerSocketChannel channel;
  private final AcceptHandler handler;
  private final int backlog;
  private final SocketAddress address;
  private Optional<UnixSocketFile> file = Optional.empty();
  private SelectionKey key;

  NioListenSocket(NioPoller poller, ListenRequest request, AcceptHandler handler)
      throws IOException {
    this.handler = handler;
    this.backlog = request.backlog();
    SocketAddress address = request.address();
    channel = ServerSocketChannel.open(NioChannels.familyOf(address));
    try {
      channel.configureBlocking(false);
      NioOptions.apply(channel, request.settings());
      if (address instanceof UnixDomainSocketAddress unix) {
        file = Optional.of(UnixSocketFile.bind(unix, () -> channel.bind(address, backlog)));
      } else {
        channel.bind(address, backlog);
      }
      this.address = channel.getLocalAddress();
      key = poller.register(channel, 0, this);
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public void accepting(boolean accepting) {
    if (key.isValid()) {
      key.interestOps(accepting ? SelectionKey.OP_ACCEPT : 0);
    }
  }

  @Override
  public void onKey(int readyOps) {
    accept(ACCEPTS_PER_TURN, false);
  }

  @Override
  public void acceptPending() {
    accept(backlog + 1, true); // as many as the system holds
  }

  private void accept(int atMost, boolean paused) {
    for (int i = 0; i < atMost && key.isValid() && (paused || key.interestOps() != 0); i++) {
      Accepted accepted;
      try {
        SocketChannel client = channel.accept();
        if (client == null) {
          return;
        }
        accepted = new NioAccepted(client);
      } catch (IOException failure) {
        handler.onAcceptFailure(failure);
        return;
      }
      handler.onAccept(accepted);
    }
  }

  @Override
  public void onRebuilt(SelectionKey key) {
    this.key = key;
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    file.ifPresent(UnixSocketFile::remove); // first: the next one may bind as soon as we close
    NioChannels.closeQuietly(channel);
  }
}
