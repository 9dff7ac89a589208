package io.lb4j.internal.net;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;

/** A connected {@link DatagramChannel}. */
final class NioDatagramLink implements DatagramLink, NioPoller.Attachment {
  private final DatagramChannel channel;
  private final SocketAddress remoteAddress;
  private SelectionKey key;
  private ReadyHandler handler;

  NioDatagramLink(NioPoller poller, ConnectRequest request) throws IOException {
    remoteAddress = request.remote();
    channel = DatagramChannel.open(NioListenSocket.familyOf(remoteAddress));
    try {
      channel.configureBlocking(false);
      NioOptions.apply(channel, request.settings());
      if (request.source().isPresent()) {
        channel.bind(request.source().get());
      }
      channel.connect(remoteAddress);
      key = poller.register(channel, 0, this);
    } catch (UnsupportedAddressTypeException otherFamily) {
      NioStreamSocket.closeQuietly(channel);
      throw new NoRouteToHostException(
          "no way from " + request.source().orElse(null) + " to " + remoteAddress);
    } catch (Throwable failure) {
      NioStreamSocket.closeQuietly(channel);
      throw failure;
    }
  }

  @Override
  public void watch(ReadyHandler handler) throws IOException {
    if (!key.isValid()) {
      throw new ClosedChannelException();
    }
    this.handler = handler;
    key.interestOps(SelectionKey.OP_READ);
  }

  @Override
  public void onKey(int readyOps) {
    ReadyDispatch.ready(handler, true, false);
  }

  @Override
  public void onRebuilt(SelectionKey key) {
    this.key = key;
  }

  @Override
  public DatagramOutcome send(ByteBuffer payload) throws IOException {
    int start = payload.position();
    try {
      boolean taken = payload.hasRemaining() ? channel.write(payload) > 0 : sendEmpty(payload);
      return taken ? DatagramOutcome.SENT : DatagramOutcome.NO_ROOM;
    } catch (ClosedChannelException closed) {
      throw closed;
    } catch (IOException failure) {
      return NioDatagrams.outcomeOf(failure);
    } finally {
      payload.position(start);
    }
  }

  /**
   * A connected channel swallows a datagram without bytes, one without a peer does not. What comes
   * to it meanwhile is thrown away by the channel as it is connected again.
   */
  private boolean sendEmpty(ByteBuffer nothing) throws IOException {
    channel.disconnect();
    try {
      channel.send(nothing, remoteAddress);
    } finally {
      channel.connect(remoteAddress);
    }
    return true;
  }

  @Override
  public int receive(ByteBuffer target) throws IOException {
    int start = target.position();
    return channel.receive(target) == null ? NOTHING : target.position() - start;
  }

  @Override
  public void close() {
    NioStreamSocket.closeQuietly(channel);
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    try {
      return Optional.ofNullable(channel.getLocalAddress());
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }
}
