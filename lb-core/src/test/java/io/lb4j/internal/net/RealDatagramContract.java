package io.lb4j.internal.net;

import io.lb4j.testing.LeakCheck;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract with real sockets, of which none is left. */
abstract class RealDatagramContract extends DatagramContract {
  private static final int RECEIVE_BUFFER = 1 << 20;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @Override
  Peer openPeer(InetSocketAddress address) throws IOException {
    return new ChannelPeer(address);
  }

  /** A peer at a channel of the JDK. */
  private static final class ChannelPeer implements Peer {
    private final DatagramChannel channel;
    private final InetSocketAddress address;

    ChannelPeer(InetSocketAddress wanted) throws IOException {
      boolean ipv4 = wanted.getAddress() instanceof Inet4Address;
      channel =
          DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, RECEIVE_BUFFER);
      channel.configureBlocking(false);
      channel.bind(wanted);
      address = (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public void send(InetSocketAddress target, byte[] payload) throws IOException {
      channel.send(ByteBuffer.wrap(payload), target);
    }

    @Override
    public Optional<SimPeer.Received> receive() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(DatagramPort.MOST_BYTES);
      InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
      if (source == null) {
        return Optional.empty();
      }
      byte[] payload = new byte[buffer.flip().remaining()];
      buffer.get(payload);
      return Optional.of(new SimPeer.Received(source, payload));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
