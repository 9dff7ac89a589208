package io.lb4j.internal.net;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;

/** A non-blocking {@link SocketChannel}, registered with its poller when it is first watched. */
final class NioStreamSocket implements StreamSocket, NioPoller.Attachment {
  private static final int CONNECT_ENDED = SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE;

  private final NioPoller poller;
  private final SocketChannel channel;
  private final SocketAddress remoteAddress;
  private ReadyHandler handler;
  private SelectionKey key;
  private int watchedOps;
  private boolean connected;

  private NioStreamSocket(
      NioPoller poller, SocketChannel channel, SocketAddress remoteAddress, boolean connected) {
    this.poller = poller;
    this.channel = channel;
    this.remoteAddress = remoteAddress;
    this.connected = connected;
  }

  static NioStreamSocket adopt(NioPoller poller, SocketChannel channel, SocketSettings settings)
      throws IOException {
    try {
      prepare(channel, channel.getRemoteAddress(), settings);
      return new NioStreamSocket(poller, channel, channel.getRemoteAddress(), true);
    } catch (Throwable failure) {
      NioChannels.closeQuietly(channel);
      throw failure;
    }
  }

  static NioStreamSocket connect(NioPoller poller, ConnectRequest request) throws IOException {
    SocketAddress remote = request.remote();
    SocketChannel channel = open(remote);
    try {
      prepare(channel, remote, request.settings());
      if (request.source().isPresent()) {
        channel.bind(request.source().get());
      }
      boolean connected = channel.connect(remote);
      return new NioStreamSocket(poller, channel, remote, connected);
    } catch (UnsupportedAddressTypeException otherFamily) {
      NioChannels.closeQuietly(channel);
      throw NioChannels.noWay(request);
    } catch (Throwable failure) {
      NioChannels.closeQuietly(channel);
      throw failure;
    }
  }

  private static SocketChannel open(SocketAddress remote) throws IOException {
    try {
      return SocketChannel.open(NioChannels.familyOf(remote));
    } catch (UnsupportedOperationException noSuchFamily) {
      throw new NoRouteToHostException("this JVM has no sockets for " + remote);
    }
  }

  private static void prepare(SocketChannel channel, SocketAddress remote, SocketSettings settings)
      throws IOException {
    channel.configureBlocking(false);
    if (!(remote instanceof UnixDomainSocketAddress)) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    NioOptions.apply(channel, settings);
  }

  @Override
  public void watch(ReadyHandler handler, boolean reading, boolean writing) throws IOException {
    this.handler = handler;
    int writeOp = connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT;
    int ops = (reading ? SelectionKey.OP_READ : 0) | (writing ? writeOp : 0);
    if (key == null) {
      if (ops != 0) {
        key = poller.register(channel, ops, this);
      }
    } else if (ops != watchedOps) {
      if (!key.isValid()) {
        throw new ClosedChannelException();
      }
      key.interestOps(ops);
    }
    watchedOps = ops;
  }

  @Override
  public void onKey(int readyOps) {
    int ops =
        readyOps
            & watchedOps; // what an earlier handler of this turn switched off is not told any more
    if (ops != 0 && channel.isOpen()) {
      ReadyDispatch.ready(handler, (ops & SelectionKey.OP_READ) != 0, (ops & CONNECT_ENDED) != 0);
    }
  }

  @Override
  public void onRebuilt(SelectionKey key) {
    this.key = key;
  }

  @Override
  public boolean finishConnect() throws IOException {
    connected = connected || channel.finishConnect();
    return connected;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return channel.write(source);
  }

  @Override
  public Optional<Conduit> conduitTo(StreamSocket sink) {
    return Optional.empty();
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    NioChannels.closeQuietly(channel);
  }

  @Override
  public void reset() {
    NioChannels.resetAndClose(channel);
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    return NioChannels.localAddressOf(channel);
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }
}
