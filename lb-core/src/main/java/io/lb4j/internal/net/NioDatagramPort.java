package io.lb4j.internal.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** A bound {@link DatagramChannel}, that receives a bounded number of datagrams per turn. */
final class NioDatagramPort implements DatagramPort, NioPoller.Attachment {
  private static final int MOST_PER_TURN = 16;

  private final NioPoller poller;
  private final DatagramHandler handler;
  private final DatagramChannel channel;
  private final SocketAddress address;
  private final DatagramOrigin origin = new DatagramOrigin();
  private SelectionKey key;

  NioDatagramPort(NioPoller poller, DatagramPortRequest request, DatagramHandler handler)
      throws IOException {
    this.poller = poller;
    this.handler = handler;
    channel = DatagramChannel.open(NioChannels.familyOf(request.address()));
    try {
      channel.configureBlocking(false);
      NioOptions.apply(channel, request.settings());
      if (request.further()) {
        share();
      }
      channel.bind(request.address());
      if (request.shared() && !request.further()) {
        share(); // only now, so that it does not come to share an address with a stranger
      }
      address = channel.getLocalAddress();
      key = poller.register(channel, 0, this);
    } catch (Throwable failure) {
      NioChannels.closeQuietly(channel);
      throw failure;
    }
  }

  private void share() throws IOException {
    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public void receiving(boolean on) {
    if (key.isValid()) {
      key.interestOps(on ? SelectionKey.OP_READ : 0);
    }
  }

  @Override
  public void onKey(int readyOps) {
    for (int i = 0; i < MOST_PER_TURN && key.isValid() && key.interestOps() != 0; i++) {
      ByteBuffer payload = poller.incoming();
      InetSocketAddress client;
      try {
        client = (InetSocketAddress) channel.receive(payload);
      } catch (IOException failure) {
        handler.onReceiveFailure(failure);
        return;
      }
      if (client == null) {
        return;
      }
      origin.client(client);
      tell(payload.flip());
    }
  }

  private void tell(ByteBuffer payload) {
    try {
      handler.onDatagram(origin, payload);
    } catch (Throwable failure) { // also an Error: the loop carries flows that have no part in it
      handler.onHandlerFailure(failure);
    }
  }

  @Override
  public ByteBuffer room() {
    return poller.outgoing();
  }

  @Override
  public void send(DatagramPath path, ByteBuffer room) {
    if (!channel.isOpen()) {
      return;
    }
    DatagramOutcome outcome;
    try {
      outcome =
          channel.send(room, path.client()) == 0 && room.hasRemaining()
              ? DatagramOutcome.NO_ROOM
              : DatagramOutcome.SENT;
    } catch (IOException failure) {
      outcome = NioDatagrams.outcomeOfReply(failure);
    }
    if (outcome != DatagramOutcome.SENT) {
      handler.onDropped(outcome);
    }
  }

  @Override
  public void onRebuilt(SelectionKey key) {
    this.key = key;
  }

  @Override
  public void close() {
    NioChannels.closeQuietly(channel);
  }
}
