package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;

/**
 * A connected {@link DatagramChannel}. Such a channel swallows datagrams without bytes, and to
 * connect it again it throws away what has come. So the first empty one disconnects it for good:
 * then it looks by itself who sends, and hears no more when the peer's port is unreachable.
 */
final class NioDatagramLink implements DatagramLink, NioPoller.Attachment {
  private static final int MOST_STRANGERS = 16;

  private final DatagramChannel channel;
  private final SocketAddress remoteAddress;
  private SelectionKey key;
  private ReadyHandler handler;
  private boolean connected = true;

  NioDatagramLink(NioPoller poller, ConnectRequest request) throws IOException {
    remoteAddress = request.remote();
    channel = DatagramChannel.open(NioChannels.familyOf(remoteAddress));
    try {
      channel.configureBlocking(false);
      NioOptions.apply(channel, request.settings());
      if (request.source().isPresent()) {
        channel.bind(request.source().get());
      }
      channel.connect(remoteAddress);
      key = poller.register(channel, 0, this);
    } catch (UnsupportedAddressTypeException otherFamily) {
      NioChannels.closeQuietly(channel);
      throw NioChannels.noWay(request);
    } catch (Throwable failure) {
      NioChannels.closeQuietly(channel);
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
      boolean taken = write(payload) > 0 || start == payload.limit();
      return taken ? DatagramOutcome.SENT : DatagramOutcome.NO_ROOM;
    } catch (ClosedChannelException closed) {
      throw closed;
    } catch (IOException failure) {
      return NioDatagrams.outcomeOf(failure);
    } finally {
      payload.position(start);
    }
  }

  private int write(ByteBuffer payload) throws IOException {
    if (connected && !payload.hasRemaining()) {
      channel.disconnect();
      connected = false;
    }
    return connected ? channel.write(payload) : channel.send(payload, remoteAddress);
  }

  @Override
  public int receive(ByteBuffer target) throws IOException {
    int start = target.position();
    for (int strangers = 0; strangers < MOST_STRANGERS; strangers++) {
      SocketAddress source = receiveFrom(target);
      if (source == null) {
        return NOTHING;
      }
      if (connected || source.equals(remoteAddress)) {
        return target.position() - start;
      }
      target.position(start);
    }
    return NOTHING; // until the next turn
  }

  /** That an earlier datagram was too long for the way there says nothing of the peer. */
  private SocketAddress receiveFrom(ByteBuffer target) throws IOException {
    try {
      return channel.receive(target);
    } catch (IOException failure) {
      if (NioDatagrams.isTooLong(failure)) {
        return null;
      }
      throw failure;
    }
  }

  @Override
  public void close() {
    NioChannels.closeQuietly(channel);
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
