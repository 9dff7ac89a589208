package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract with real sockets, of which none is left. */
abstract class RealDatagramContract extends DatagramContract {
  private static final int RECEIVE_BUFFER = 1 << 20;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @Override
  Peer openPeer(InetSocketAddress address) throws IOException {
    return new ChannelPeer(address);
  }

  @Test
  void fullSendBufferDropsAndTellsAndTheNextLeaves() throws IOException {
    InetSocketAddress loopback = ipv6Loopback();
    Heard heard = new Heard();
    DatagramPort port =
        port(new DatagramPortRequest(loopback, false, false, tinySendBuffer()), heard);
    Peer peer = peer(loopback);
    heard.then =
        () -> {
          send(port, heard.lastPath(), new byte[DatagramPort.MOST_BYTES]);
          send(port, heard.lastPath(), bytes("short"));
        };
    peer.send(addressOf(port), bytes("?"));
    SimPeer.Received first = next(peer);

    assumeTrue(first.payload().length < 10, "loopback carries it in one piece");
    assertThat(heard.dropped).containsExactly(DatagramOutcome.NO_ROOM);
    ConnectRequest request = new ConnectRequest(peer.address(), Optional.empty(), tinySendBuffer());
    DatagramLink link = loop().poller().openLink(request);
    assertThat(link.send(direct(new byte[DatagramPort.MOST_BYTES])))
        .isEqualTo(DatagramOutcome.NO_ROOM);
    assertThat(link.send(direct(bytes("x")))).isEqualTo(DatagramOutcome.SENT);
    link.close();
  }

  /** What fits is one fragment, but not two. */
  private static SocketSettings tinySendBuffer() {
    return new SocketSettings(List.of(new SocketSettings.Setting(SocketOption.SEND_BUFFER, 1, "")));
  }

  @Test
  void broadcastIsAnsweredFromAnAddressOfOurs() throws IOException {
    assumeTrue(transport().tellsLocalAddress(), "needs one port for each address");
    for (int bytes : new int[] {4, 16}) {
      Heard heard = new Heard();
      InetAddress all = InetAddress.getByAddress(new byte[bytes]);
      DatagramPort port = echo(new InetSocketAddress(all, 0), heard);
      Peer peer = peer(Loopback.anyPort());
      InetAddress everyone = InetAddress.getByAddress(new byte[] {127, -1, -1, -1});
      peer.send(new InetSocketAddress(everyone, addressOf(port).getPort()), bytes("who?"));

      SimPeer.Received reply = next(peer);
      assertThat(reply.source()).isEqualTo(Loopback.port(1, addressOf(port).getPort()));
      assertThat(heard.lastPath().local()).contains(Loopback.anyPort().getAddress());
    }
  }

  @Test
  void linkLocalClientIsAnsweredOnItsInterface() throws IOException {
    assumeTrue(transport().tellsLocalAddress(), "needs one port for each address");
    Optional<InetAddress> own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
            .findFirst();
    assumeTrue(own.isPresent(), "no link-local address here");
    Heard heard = new Heard();
    DatagramPort port =
        echo(new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 0), heard);
    Peer peer = peer(new InetSocketAddress(own.get(), 0));
    peer.send(new InetSocketAddress(own.get(), addressOf(port).getPort()), bytes("near"));

    SimPeer.Received reply = next(peer);
    assertThat(reply.payload()).isEqualTo(bytes("near"));
    assertThat(heard.lastPath().client()).isEqualTo(peer.address());
    Inet6Address scoped = (Inet6Address) own.get();
    byte[] allNodes = InetAddress.getByName("ff02::1").getAddress();
    InetAddress group = Inet6Address.getByAddress(null, allNodes, scoped.getScopeId());
    peer.send(new InetSocketAddress(group, addressOf(port).getPort()), bytes("all"));
    assertThat(next(peer).payload()).isEqualTo(bytes("all"));
    assertThat(heard.lastPath().local()).as("no group can answer").isEmpty();
    assertThat(heard.dropped).isEmpty();
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
      channel.setOption(StandardSocketOptions.SO_BROADCAST, ipv4);
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
