package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The simulated transport keeps the contract of the real ones, and does to datagrams as told. */
class SimDatagramTest extends DatagramContract {
  private static final int SESSIONS = 100_000;

  private final SimNetwork network = new SimNetwork(1);
  private final SimTransport transport = new SimTransport(new Random(1), network);
  private int nextPort = 20_000;

  @Override
  Transport transport() {
    return transport;
  }

  @Override
  Peer openPeer(InetSocketAddress wanted) {
    InetSocketAddress address =
        wanted.getPort() == 0 ? new InetSocketAddress(wanted.getAddress(), nextPort++) : wanted;
    return new PlayedPeer(network.client(address));
  }

  /** One datagram at a time. */
  private static final class PlayedPeer implements Peer {
    private final SimPeer peer;
    private final ArrayDeque<SimPeer.Received> taken = new ArrayDeque<>();

    PlayedPeer(SimPeer peer) {
      this.peer = peer;
    }

    @Override
    public InetSocketAddress address() {
      return peer.address();
    }

    @Override
    public void send(InetSocketAddress target, byte[] payload) {
      peer.send(target, payload);
    }

    @Override
    public Optional<SimPeer.Received> receive() {
      taken.addAll(peer.take());
      return Optional.ofNullable(taken.poll());
    }

    @Override
    public void close() {
      peer.close();
    }
  }

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  @Test
  void someAreLostSomeDoubledAndSomeOvertaken() throws IOException {
    network.losing(0.1).doubling(0.1).reordering(0.1);
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    SimPeer client = network.client(at("192.0.2.1", 5000));
    for (int i = 0; i < 1000; i++) {
      client.send(addressOf(port), bytes(Integer.toString(i)));
      loop().runOnce(0);
    }
    turn(3);

    List<String> texts = heard.texts();
    Set<String> distinct = new HashSet<>(texts);
    assertThat(network.lostCount()).isBetween(50L, 150L).isEqualTo(1000 - distinct.size());
    assertThat(texts.size() - distinct.size()).isBetween(50, 150);
    List<String> inOrder = new ArrayList<>(texts);
    inOrder.sort(java.util.Comparator.comparing(Integer::valueOf));
    assertThat(texts).isNotEqualTo(inOrder);
    assertThat(network.underWay()).isZero();
  }

  @Test
  void sameSeedPlaysTheSame() throws IOException {
    assertThat(played(7)).isEqualTo(played(7)).isNotEqualTo(played(8));
  }

  private List<String> played(long seed) throws IOException {
    SimNetwork own = new SimNetwork(seed).losing(0.2).doubling(0.2).reordering(0.2);
    EventLoop one =
        new EventLoop("one", new SimTransport(new Random(seed), own), new ManualClock());
    Heard heard = new Heard();
    DatagramPort port =
        one.poller()
            .openPort(
                new DatagramPortRequest(Loopback.anyPort(), false, false, SocketSettings.NONE),
                heard);
    port.receiving(true);
    SimPeer client = own.client(at("192.0.2.1", 5000));
    for (int i = 0; i < 50; i++) {
      client.send(addressOf(port), bytes(Integer.toString(i)));
      one.runOnce(0);
    }
    one.stop();
    return heard.texts();
  }

  @Test
  void fullQueuesHaveNoRoomOrDropSilently() throws IOException {
    network.sendQueue(3).receiveQueue(2);
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    SimPeer client = network.client(at("192.0.2.1", 5000));
    DatagramLink link = link(addressOf(port));
    for (int i = 0; i < 3; i++) {
      assertThat(link.send(direct(bytes("x")))).isEqualTo(DatagramOutcome.SENT);
    }
    assertThat(link.send(direct(bytes("x")))).isEqualTo(DatagramOutcome.NO_ROOM);
    turn(1);
    assertThat(heard.received).hasSize(2);
    assertThat(network.overflowCount()).isEqualTo(1);

    client.send(addressOf(port), bytes("four, please"));
    heard.then =
        () -> {
          for (int i = 0; i < 4; i++) {
            send(port, heard.lastPath(), bytes("reply " + i));
          }
        };
    turn(2);
    assertThat(client.take()).hasSize(3);
    assertThat(heard.dropped).containsExactly(DatagramOutcome.NO_ROOM);
    link.close();
  }

  @Test
  void membersAnswerAsManyTimesAsTheyLike() throws IOException {
    SimPeer member =
        network.member(
            at("10.0.0.1", 53),
            request -> List.of(bytes("length"), new byte[] {(byte) request.remaining()}));
    DatagramLink link = link(member.address());
    LinkReader reader = new LinkReader(link);
    link.send(direct(new byte[5]));
    turnUntil(() -> reader.received.size() == 2);

    assertThat(reader.received.get(1)).containsExactly(5);
    assertThat(member.receivedCount()).isEqualTo(1);
    link.close();
  }

  @Test
  void loopsOfOneNetworkReachEachOther() throws IOException {
    EventLoop other =
        new EventLoop("other", new SimTransport(new Random(2), network), new ManualClock());
    Heard heard = new Heard();
    DatagramPort port =
        other
            .poller()
            .openPort(
                new DatagramPortRequest(Loopback.anyPort(), false, false, SocketSettings.NONE),
                heard);
    port.receiving(true);
    DatagramLink link = link(addressOf(port));
    link.send(direct(bytes("across")));
    other.runOnce(0);

    assertThat(heard.texts()).containsExactly("across");
    other.stop();
    link.close();
  }

  @Test
  void aHundredThousandLinksAreCheap() throws IOException {
    SimPeer member = network.member(at("10.0.0.1", 53), request -> List.of(bytes("reply")));
    LinkReader reader = new LinkReader(link(member.address()));
    List<DatagramLink> links = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      DatagramLink link = link(member.address());
      link.watch(reader);
      links.add(link);
    }
    long begun = System.nanoTime();
    ByteBuffer request = direct(bytes("request"));
    for (int i = 0; i < 10_000; i++) {
      reader.link.send(request);
      turn(2);
    }
    assertThat(reader.received).hasSizeGreaterThan(9_990);
    // To walk over all of them at every poll would take minutes.
    assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);

    links.forEach(DatagramLink::close);
    reader.link.close();
    assertThat(network.links()).isZero();
  }
}
