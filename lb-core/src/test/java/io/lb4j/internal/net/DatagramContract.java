package io.lb4j.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.Deadline;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What UDP virtual servers rely on. Every transport passes it. */
@Timeout(60)
abstract class DatagramContract {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final int LONGEST_IPV4 = 65_507;

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private EventLoop loop;

  abstract Transport transport() throws IOException;

  /**
   * Someone at the other end.
   *
   * @param address with port 0 for any
   */
  abstract Peer openPeer(InetSocketAddress address) throws IOException;

  /** A client or a member that is not of lb4j. */
  interface Peer extends AutoCloseable {
    InetSocketAddress address();

    void send(InetSocketAddress target, byte[] payload) throws IOException;

    /** The next that has come, if there is one now. */
    Optional<SimPeer.Received> receive() throws IOException;

    @Override
    void close() throws IOException;
  }

  @BeforeEach
  void openLoop() throws IOException {
    loop = new EventLoop("test", transport(), Clock.SYSTEM);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    if (loop != null) {
      loop.stop();
    }
  }

  // ---- what the tests are made of

  EventLoop loop() {
    return loop;
  }

  Peer peer(InetSocketAddress address) throws IOException {
    Peer peer = openPeer(address);
    toClose.add(peer);
    return peer;
  }

  private Peer peer() throws IOException {
    return peer(Loopback.anyPort());
  }

  void turnUntil(BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(end);
      loop.runOnce(10_000_000);
    }
  }

  void turn(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      loop.runOnce(1_000_000);
    }
  }

  /** Notes what comes and then does what the test wants. */
  static final class Heard implements DatagramHandler {
    final List<SimPeer.Received> received = new ArrayList<>();
    final List<DatagramPath> paths = new ArrayList<>();
    final List<DatagramOutcome> dropped = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    Runnable then = () -> {};

    @Override
    public void onDatagram(DatagramOrigin origin, ByteBuffer payload) {
      DatagramPath path = origin.toPath();
      assertThat(payload.isDirect()).isTrue();
      assertThat(path.isOf(origin)).isTrue();
      paths.add(path);
      received.add(new SimPeer.Received(path.client(), bytesOf(payload)));
      then.run();
    }

    @Override
    public void onDropped(DatagramOutcome why) {
      dropped.add(why);
    }

    @Override
    public void onReceiveFailure(IOException failure) {
      failures.add(failure);
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      failures.add(failure);
    }

    DatagramPath lastPath() {
      return paths.get(paths.size() - 1);
    }

    byte[] lastPayload() {
      return received.get(received.size() - 1).payload();
    }

    List<String> texts() {
      return received.stream().map(one -> new String(one.payload(), US_ASCII)).toList();
    }
  }

  private static byte[] bytesOf(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return bytes;
  }

  static InetSocketAddress ipv6Loopback() throws IOException {
    Optional<InetAddress> loopback = Loopback.ipv6();
    assumeTrue(loopback.isPresent(), "no IPv6 here");
    return new InetSocketAddress(loopback.get(), 0);
  }

  DatagramPort port(InetSocketAddress address, Heard heard) throws IOException {
    return port(new DatagramPortRequest(address, false, false, SocketSettings.NONE), heard);
  }

  DatagramPort port(DatagramPortRequest request, Heard heard) throws IOException {
    DatagramPort port = loop.poller().openPort(request, heard);
    port.receiving(true);
    return port;
  }

  /** A port that sends everything back. */
  DatagramPort echo(InetSocketAddress address, Heard heard) throws IOException {
    DatagramPort port = port(address, heard);
    heard.then = () -> send(port, heard.lastPath(), heard.lastPayload());
    return port;
  }

  static void send(DatagramPort port, DatagramPath path, byte[] payload) {
    port.send(path, port.room().put(payload).flip());
  }

  static InetSocketAddress addressOf(DatagramPort port) {
    return (InetSocketAddress) port.address();
  }

  DatagramLink link(SocketAddress peer) throws IOException {
    return loop.poller().openLink(new ConnectRequest(peer, Optional.empty(), SocketSettings.NONE));
  }

  static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  static ByteBuffer direct(byte[] payload) {
    return ByteBuffer.allocateDirect(payload.length).put(payload).flip();
  }

  private static byte[] bulk(int length) {
    byte[] payload = new byte[length];
    new java.util.Random(length).nextBytes(payload);
    return payload;
  }

  /** The next datagram of a peer, which comes while the loop turns. */
  SimPeer.Received next(Peer peer) throws IOException {
    Optional<SimPeer.Received> received = peer.receive();
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (received.isEmpty()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(end);
      loop.runOnce(1_000_000);
      received = peer.receive();
    }
    return received.get();
  }

  /** Reads a link whenever it is ready. */
  static final class LinkReader implements ReadyHandler {
    final DatagramLink link;
    final List<byte[]> received = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final ByteBuffer buffer = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES);
    int calls;
    Runnable then = () -> {};

    LinkReader(DatagramLink link) throws IOException {
      this.link = link;
      link.watch(this);
    }

    @Override
    public void onReady(boolean readable, boolean writable) {
      calls++;
      assertThat(writable).isFalse();
      try {
        int count = link.receive(buffer.clear());
        if (count != DatagramLink.NOTHING) {
          assertThat(buffer.position()).isEqualTo(count);
          received.add(bytesOf(buffer.flip()));
        }
      } catch (IOException failure) {
        failures.add(failure);
      }
      then.run();
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      failures.add(failure);
    }
  }

  private static byte[] only(List<byte[]> payloads) {
    assertThat(payloads).hasSize(1);
    return payloads.get(0);
  }

  // ---- ports

  @Test
  void portTellsItsRealPortAndAnswersWhoeverSends() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = echo(Loopback.anyPort(), heard);
    assertThat(addressOf(port).getPort()).isPositive();
    for (int i = 0; i < 3; i++) {
      Peer peer = peer(Loopback.port(1 + i, 0));
      peer.send(addressOf(port), bytes("hello " + i));
      SimPeer.Received reply = next(peer);
      assertThat(reply.payload()).isEqualTo(bytes("hello " + i));
      assertThat(reply.source()).isEqualTo(port.address());
      assertThat(heard.received.get(i).source()).isEqualTo(peer.address());
    }
    assertThat(heard.paths).allSatisfy(path -> assertThat(path.local()).isEmpty());
    assertThat(heard.failures).isEmpty();
    assertThat(heard.dropped).isEmpty();
  }

  @Test
  void portAnswersOverIpv6() throws IOException {
    InetSocketAddress loopback = ipv6Loopback();
    Heard heard = new Heard();
    DatagramPort port = echo(loopback, heard);
    Peer peer = peer(loopback);
    peer.send(addressOf(port), bytes("six"));

    SimPeer.Received reply = next(peer);
    assertThat(reply.payload()).isEqualTo(bytes("six"));
    assertThat(reply.source()).isEqualTo(port.address());
    assertThat(heard.received.get(0).source()).isEqualTo(peer.address());
  }

  @Test
  void emptyDatagramsPass() throws IOException {
    DatagramPort port = echo(Loopback.anyPort(), new Heard());
    Peer peer = peer();
    peer.send(addressOf(port), new byte[0]);
    peer.send(addressOf(port), bytes("x"));

    assertThat(next(peer).payload()).isEmpty();
    assertThat(next(peer).payload()).hasSize(1);
  }

  @Test
  void theLongestDatagramsPassWhole() throws IOException {
    DatagramPort port = echo(Loopback.anyPort(), new Heard());
    Peer peer = peer();
    peer.send(addressOf(port), bulk(LONGEST_IPV4));

    assertThat(next(peer).payload()).isEqualTo(bulk(LONGEST_IPV4));
  }

  @Test
  void theLongestDatagramsPassWholeOverIpv6() throws IOException {
    InetSocketAddress loopback = ipv6Loopback();
    DatagramPort port = echo(loopback, new Heard());
    Peer peer = peer(loopback);
    peer.send(addressOf(port), bulk(DatagramPort.MOST_BYTES));

    assertThat(next(peer).payload()).isEqualTo(bulk(DatagramPort.MOST_BYTES));
  }

  @Test
  void tooLongAReplyIsDroppedAndToldAndTheNextLeaves() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    heard.then =
        () -> {
          send(port, heard.lastPath(), bytes("before"));
          send(port, heard.lastPath(), bulk(LONGEST_IPV4 + 1));
          send(port, heard.lastPath(), bytes("after"));
        };
    Peer peer = peer();
    peer.send(addressOf(port), bytes("?"));

    assertThat(next(peer).payload()).isEqualTo(bytes("before"));
    assertThat(next(peer).payload()).isEqualTo(bytes("after"));
    assertThat(heard.dropped).containsExactly(DatagramOutcome.TOO_LONG);
  }

  @Test
  void roomIsTheSameUntilItIsSent() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    heard.then =
        () -> {
          port.room().put(bytes("given up"));
          ByteBuffer room = port.room();
          assertThat(room.isDirect()).isTrue();
          assertThat(room.position()).isZero();
          assertThat(room.remaining()).isGreaterThanOrEqualTo(DatagramPort.MOST_BYTES);
          room.put(bytes("unsent, sent, unsent")).flip().position(8).limit(12);
          port.send(heard.lastPath(), room);
        };
    Peer peer = peer();
    peer.send(addressOf(port), bytes("?"));

    assertThat(next(peer).payload()).isEqualTo(bytes("sent"));
  }

  @Test
  void manyDatagramsArriveAndAreAnsweredInTheOrderOfEachPeer() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = echo(Loopback.anyPort(), heard);
    List<Peer> peers = List.of(peer(), peer(), peer(Loopback.port(7, 0)));
    for (int i = 0; i < 200; i++) {
      for (Peer peer : peers) {
        peer.send(addressOf(port), bytes("datagram " + i));
      }
      int sent = 3 * (i + 1);
      if (i % 50 == 49) { // which is what a socket's buffer holds in any case
        turnUntil(() -> heard.received.size() == sent);
      }
    }
    for (int i = 0; i < 200; i++) {
      for (Peer peer : peers) {
        assertThat(new String(next(peer).payload(), US_ASCII)).isEqualTo("datagram " + i);
      }
    }
    assertThat(heard.received).hasSize(600);
  }

  @Test
  void portsThatSendByTurnsDoNotMixTheirDatagrams() throws IOException {
    Heard[] heard = {new Heard(), new Heard()};
    DatagramPort[] ports = {
      port(Loopback.anyPort(), heard[0]), port(Loopback.port(2, 0), heard[1])
    };
    Peer[] peers = {peer(), peer()};
    peers[0].send(addressOf(ports[0]), bytes("?"));
    peers[1].send(addressOf(ports[1]), bytes("?"));
    turnUntil(() -> heard[0].received.size() + heard[1].received.size() == 2);
    loop.execute(
        () -> {
          for (int i = 0; i < 50; i++) {
            ByteBuffer unused = ports[1].room().put(bytes("not this"));
            send(ports[0], heard[0].lastPath(), bytes("zero " + i));
            send(ports[1], heard[1].lastPath(), bytes("one " + i));
            send(ports[1], heard[1].lastPath(), bytes("more " + i));
          }
        });
    for (int i = 0; i < 50; i++) {
      SimPeer.Received zero = next(peers[0]);
      assertThat(zero.payload()).isEqualTo(bytes("zero " + i));
      assertThat(zero.source()).isEqualTo(ports[0].address());
      SimPeer.Received one = next(peers[1]);
      assertThat(one.payload()).isEqualTo(bytes("one " + i));
      assertThat(one.source()).isEqualTo(ports[1].address());
      assertThat(next(peers[1]).payload()).isEqualTo(bytes("more " + i));
    }
  }

  @Test
  void roomThatAPortWasGivenBeforeAnotherAskedForSomeIsSentAsItStands() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    DatagramPort other = port(Loopback.anyPort(), new Heard());
    heard.then =
        () -> {
          send(port, heard.lastPath(), bytes("first"));
          ByteBuffer room = port.room();
          ByteBuffer unused = other.room();
          port.send(heard.lastPath(), room.put(bytes("second")).flip());
        };
    Peer peer = peer();
    peer.send(addressOf(port), bytes("?"));

    assertThat(next(peer).payload()).isEqualTo(bytes("first"));
    assertThat(next(peer).payload()).isEqualTo(bytes("second"));
  }

  @Test
  void whatADeadlineSendsLeavesBeforeTheLoopWaits() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    DatagramLink link = link(port.address());
    LinkReader reader = new LinkReader(link);
    link.send(direct(bytes("?")));
    turnUntil(() -> !heard.received.isEmpty());
    List<String> sent = new ArrayList<>();
    Deadline deadline =
        new Deadline() {
          @Override
          protected void onDue() {
            send(port, heard.lastPath(), bytes("due"));
            sent.add("due");
          }
        };
    loop.arm(deadline, 1_000_000);
    turnUntil(() -> !sent.isEmpty());
    loop.runOnce(2_000_000_000L); // ended by what was sent before

    assertThat(reader.received).hasSize(1);
    link.close();
  }

  @Test
  void portReceivesOnlyWhileItIsTold() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    heard.then = () -> port.receiving(false);
    Peer peer = peer();
    port.receiving(false);
    for (int i = 0; i < 20; i++) {
      peer.send(addressOf(port), bytes("kept " + i));
    }
    turn(3);
    assertThat(heard.received).isEmpty();
    port.receiving(true);
    turnUntil(() -> !heard.received.isEmpty());
    turn(3);
    heard.then = () -> {};
    port.receiving(true);
    turnUntil(() -> heard.received.size() == 20);

    assertThat(heard.texts().get(0)).isEqualTo("kept 0");
    assertThat(heard.texts()).doesNotHaveDuplicates().last().isEqualTo("kept 19");
  }

  @Test
  void nothingIsToldAfterThePortWasClosedInItsHandler() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    heard.then =
        () -> {
          send(port, heard.lastPath(), bytes("last"));
          port.close();
        };
    Peer peer = peer();
    for (int i = 0; i < 5; i++) {
      peer.send(addressOf(port), bytes("hello"));
    }
    SimPeer.Received reply = next(peer);
    turn(5);

    assertThat(reply.payload()).isEqualTo(bytes("last"));
    assertThat(heard.received).hasSize(1);
    assertThat(heard.failures).isEmpty();
  }

  @Test
  void closedPortDoesNothing() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    Peer peer = peer();
    peer.send(addressOf(port), bytes("hello"));
    turnUntil(() -> !heard.received.isEmpty());
    port.close();
    port.close();
    port.receiving(true);
    send(port, heard.lastPath(), bulk(LONGEST_IPV4 + 1));
    turn(3);

    assertThat(peer.receive()).isEmpty();
    assertThat(heard.dropped).isEmpty();
    assertThat(addressOf(port).getPort()).isPositive();
  }

  @Test
  void dropOfAPortThatWasClosedMeanwhileIsNotTold() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    Heard others = new Heard();
    DatagramPort other = echo(Loopback.anyPort(), others);
    Peer peer = peer();
    peer.send(addressOf(port), bytes("hello"));
    turnUntil(() -> !heard.received.isEmpty());
    List<Integer> droppedInClose = new ArrayList<>();
    loop.execute(
        () -> {
          send(port, heard.lastPath(), bulk(LONGEST_IPV4 + 1));
          port.close();
          droppedInClose.add(heard.dropped.size());
        });
    peer.send(addressOf(other), bytes("go on"));

    assertThat(next(peer).payload()).isEqualTo(bytes("go on"));
    assertThat(heard.dropped).hasSize(droppedInClose.get(0));
    assertThat(others.dropped).isEmpty();
  }

  @Test
  void handlerThatThrowsIsToldAndTheRestGoesOn() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = port(Loopback.anyPort(), heard);
    heard.then =
        () -> {
          if (heard.received.size() % 2 == 1) {
            throw new IllegalStateException("of the test");
          }
        };
    Peer peer = peer();
    for (int i = 0; i < 4; i++) {
      peer.send(addressOf(port), bytes("datagram " + i));
    }
    turnUntil(() -> heard.received.size() == 4);

    assertThat(heard.failures).hasSize(2).allSatisfy(f -> assertThat(f).hasMessage("of the test"));
  }

  @Test
  void addressInUseShowsAlsoOnAPortThatIsToBeShared() throws IOException {
    Peer stranger = peer();

    assertThatThrownBy(
            () ->
                port(
                    new DatagramPortRequest(stranger.address(), true, false, SocketSettings.NONE),
                    new Heard()))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(() -> port(stranger.address(), new Heard()))
        .isInstanceOf(BindException.class);
  }

  @Test
  void sharedPortsSpreadThePeersAndEachStaysWithOne() throws IOException {
    List<Heard> heard = new ArrayList<>();
    InetSocketAddress address = Loopback.anyPort();
    for (int i = 0; i < 3; i++) {
      Heard one = new Heard();
      DatagramPort port =
          port(new DatagramPortRequest(address, true, i > 0, SocketSettings.NONE), one);
      address = addressOf(port);
      heard.add(one);
    }
    for (int i = 0; i < 40; i++) {
      Peer peer = peer();
      peer.send(address, bytes("one"));
      peer.send(address, bytes("two"));
    }
    turnUntil(() -> heard.stream().mapToInt(one -> one.received.size()).sum() == 80);

    Set<InetSocketAddress> seen = new HashSet<>();
    for (Heard one : heard) {
      Set<InetSocketAddress> own = new HashSet<>();
      one.received.forEach(datagram -> own.add(datagram.source()));
      assertThat(own).hasSizeGreaterThan(1);
      assertThat(one.received).hasSize(2 * own.size());
      seen.addAll(own);
    }
    assertThat(seen).hasSize(40);
  }

  // ---- all addresses of ours

  @Test
  void replyLeavesFromTheAddressThatTheClientUsed() throws IOException {
    assumeTrue(transport().tellsLocalAddress(), "needs one port for each address");
    replyFrom(new InetSocketAddress("0.0.0.0", 0), Loopback.port(2, 0), Loopback.anyPort());
    replyFrom(new InetSocketAddress("0.0.0.0", 0), Loopback.port(1, 0), Loopback.port(3, 0));
  }

  @Test
  void replyLeavesFromTheAddressThatTheClientUsedOnAPortForBothFamilies() throws IOException {
    assumeTrue(transport().tellsLocalAddress(), "needs one port for each address");
    InetSocketAddress all = new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 0);
    replyFrom(all, ipv6Loopback(), ipv6Loopback());
    replyFrom(all, Loopback.port(2, 0), Loopback.anyPort());
  }

  private void replyFrom(InetSocketAddress bound, InetSocketAddress used, InetSocketAddress client)
      throws IOException {
    Heard heard = new Heard();
    try (DatagramPort port = echo(bound, heard)) {
      Peer peer = peer(client);
      InetSocketAddress target =
          new InetSocketAddress(used.getAddress(), addressOf(port).getPort());
      for (int i = 0; i < 3; i++) {
        peer.send(target, bytes("to " + used));
        SimPeer.Received reply = next(peer);
        assertThat(reply.source()).isEqualTo(target);
        assertThat(heard.lastPath().client()).isEqualTo(peer.address());
        assertThat(heard.lastPath().local()).contains(used.getAddress());
      }
    }
  }

  // ---- links

  @Test
  void linkExchangesDatagramsWithItsPeerAlone() throws IOException {
    Peer peer = peer();
    Peer stranger = peer();
    DatagramLink link = link(peer.address());
    LinkReader reader = new LinkReader(link);
    ByteBuffer payload = direct(bytes("..request"));
    payload.position(2);

    assertThat(link.send(payload)).isEqualTo(DatagramOutcome.SENT);

    assertThat(payload.position()).isEqualTo(2);
    SimPeer.Received request = next(peer);
    assertThat(request.payload()).isEqualTo(bytes("request"));
    assertThat(link.localAddress()).contains(request.source());
    assertThat(link.remoteAddress()).isEqualTo(peer.address());
    stranger.send(request.source(), bytes("from a stranger"));
    peer.send(request.source(), bytes("reply"));
    turnUntil(() -> !reader.received.isEmpty());
    assertThat(only(reader.received)).isEqualTo(bytes("reply"));
    assertThat(link.receive(ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES)))
        .isEqualTo(DatagramLink.NOTHING);
    link.close();
  }

  @Test
  void linkExchangesDatagramsOverIpv6() throws IOException {
    Peer peer = peer(ipv6Loopback());
    DatagramLink link = link(peer.address());
    LinkReader reader = new LinkReader(link);
    link.send(direct(bulk(DatagramPort.MOST_BYTES)));
    SimPeer.Received request = next(peer);
    peer.send(request.source(), request.payload());
    turnUntil(() -> !reader.received.isEmpty());

    assertThat(only(reader.received)).isEqualTo(bulk(DatagramPort.MOST_BYTES));
    link.close();
  }

  @Test
  void linkLeavesFromTheAddressItIsGiven() throws IOException {
    Peer peer = peer();
    List<DatagramLink> links = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ConnectRequest request =
          new ConnectRequest(peer.address(), Optional.of(Loopback.port(3, 0)), SocketSettings.NONE);
      DatagramLink link = loop.poller().openLink(request);
      link.send(direct(bytes("x")));
      assertThat(link.localAddress()).contains(next(peer).source());
      links.add(link);
    }
    assertThat(links.stream().map(DatagramLink::localAddress).distinct())
        .hasSize(3)
        .allSatisfy(
            local ->
                assertThat(((InetSocketAddress) local.orElseThrow()).getAddress())
                    .isEqualTo(Loopback.port(3, 0).getAddress()));
    links.forEach(DatagramLink::close);
  }

  @Test
  void emptyAndLongestDatagramsPassALinkBothWays() throws IOException {
    Peer peer = peer();
    DatagramLink link = link(peer.address());
    LinkReader reader = new LinkReader(link);
    for (int length : new int[] {0, LONGEST_IPV4, 0, 1}) {
      assertThat(link.send(direct(bulk(length)))).isEqualTo(DatagramOutcome.SENT);
      SimPeer.Received request = next(peer);
      assertThat(request.payload()).isEqualTo(bulk(length));
      reader.received.clear();
      peer.send(request.source(), request.payload());
      turnUntil(() -> !reader.received.isEmpty());
      assertThat(only(reader.received)).isEqualTo(bulk(length));
    }
    assertThat(reader.failures).isEmpty();
    link.close();
  }

  @Test
  void tooLongADatagramIsNotSentAndTheLinkGoesOn() throws IOException {
    Peer peer = peer();
    DatagramLink link = link(peer.address());

    assertThat(link.send(direct(bulk(LONGEST_IPV4 + 1)))).isEqualTo(DatagramOutcome.TOO_LONG);

    assertThat(link.send(direct(bytes("short")))).isEqualTo(DatagramOutcome.SENT);
    assertThat(next(peer).payload()).isEqualTo(bytes("short"));
    link.close();
  }

  @Test
  void unreachablePortIsToldOnceToAReceiveAndTheLinkGoesOn() throws IOException {
    Peer gone = peer();
    InetSocketAddress address = gone.address();
    gone.close();
    DatagramLink link = link(address);
    LinkReader reader = new LinkReader(link);
    link.send(direct(bytes("anyone?")));
    turnUntil(() -> !reader.failures.isEmpty());
    turn(3);

    assertThat(reader.failures).hasSize(1);
    assertThat(reader.failures.get(0)).isInstanceOf(PortUnreachableException.class);
    Peer back = peer(address);
    assertThat(link.send(direct(bytes("again")))).isEqualTo(DatagramOutcome.SENT);
    SimPeer.Received request = next(back);
    back.send(request.source(), bytes("here"));
    turnUntil(() -> !reader.received.isEmpty());
    assertThat(only(reader.received)).isEqualTo(bytes("here"));
    link.close();
  }

  @Test
  void unreachablePortIsToldToASendWhichIsNotSent() throws IOException {
    Peer gone = peer();
    InetSocketAddress address = gone.address();
    gone.close();
    DatagramLink link = link(address);
    link.send(direct(bytes("anyone?")));
    turn(2);
    Peer back = peer(address);

    assertThatThrownBy(() -> link.send(direct(bytes("lost"))))
        .isInstanceOf(PortUnreachableException.class);
    assertThat(link.send(direct(bytes("kept")))).isEqualTo(DatagramOutcome.SENT);
    assertThat(next(back).payload()).isEqualTo(bytes("kept"));
    link.close();
  }

  @Test
  void linkIsToldOfWhatCameBeforeItWasWatched() throws IOException {
    Peer peer = peer();
    DatagramLink link = link(peer.address());
    link.send(direct(bytes("x")));
    InetSocketAddress ours = next(peer).source();
    for (int i = 0; i < 5; i++) {
      peer.send(ours, bytes("reply " + i));
    }
    turn(2);
    LinkReader reader = new LinkReader(link);
    turnUntil(() -> reader.received.size() == 5);

    assertThat(reader.received.get(4)).isEqualTo(bytes("reply 4"));
    link.close();
  }

  @Test
  void watchedAgainALinkTellsItsNewHandler() throws IOException {
    Peer peer = peer();
    DatagramLink link = link(peer.address());
    LinkReader first = new LinkReader(link);
    LinkReader second = new LinkReader(link);
    link.send(direct(bytes("x")));
    peer.send(next(peer).source(), bytes("reply"));
    turnUntil(() -> !second.received.isEmpty());

    assertThat(first.calls).isZero();
    link.close();
  }

  @Test
  void nothingIsToldAfterTheLinkWasClosedInItsHandler() throws IOException {
    Peer peer = peer();
    List<LinkReader> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      DatagramLink link = link(peer.address());
      readers.add(new LinkReader(link));
      link.send(direct(bytes("x")));
    }
    for (LinkReader reader : readers) { // whichever is told first closes both
      reader.then = () -> readers.forEach(one -> one.link.close());
    }
    for (int i = 0; i < 2; i++) {
      InetSocketAddress ours = next(peer).source();
      for (int sent = 0; sent < 3; sent++) {
        peer.send(ours, bytes("reply"));
      }
    }
    turnUntil(() -> readers.stream().anyMatch(reader -> reader.calls > 0));
    turn(5);

    assertThat(readers.get(0).calls + readers.get(1).calls).isEqualTo(1);
  }

  @Test
  void linkThatTakesThePlaceOfAClosedOneDoesNotHearWhatWasForThat() throws IOException {
    Peer peer = peer();
    LinkReader[] readers = {new LinkReader(link(peer.address())), null};
    readers[1] = new LinkReader(link(peer.address()));
    List<LinkReader> newcomers = new ArrayList<>();
    for (int i = 0; i < 2; i++) { // whichever is told first replaces the other
      LinkReader other = readers[1 - i];
      readers[i].then =
          () -> {
            if (newcomers.isEmpty()) {
              other.link.close();
              newcomers.add(watched(peer));
            }
          };
      readers[i].link.send(direct(bytes("x")));
    }
    InetSocketAddress[] ours = {next(peer).source(), next(peer).source()};
    peer.send(ours[0], bytes("reply"));
    peer.send(ours[1], bytes("reply"));
    turnUntil(() -> !newcomers.isEmpty());
    turn(3);

    assertThat(readers[0].calls + readers[1].calls).isEqualTo(1);
    assertThat(newcomers.get(0).calls).isZero();
    newcomers.get(0).link.close();
    readers[0].link.close();
    readers[1].link.close();
  }

  private LinkReader watched(Peer peer) {
    try {
      return new LinkReader(link(peer.address()));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void closedLinkRefusesEverything() throws IOException {
    DatagramLink link = link(peer().address());
    link.close();
    link.close();

    assertThatThrownBy(() -> link.send(direct(bytes("x"))))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> link.receive(ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> new LinkReader(link)).isInstanceOf(ClosedChannelException.class);
    assertThat(link.localAddress()).isEmpty();
  }

  @Test
  void linkHandlerThatThrowsIsToldAndTheLoopGoesOn() throws IOException {
    Peer peer = peer();
    DatagramLink link = link(peer.address());
    LinkReader reader = new LinkReader(link);
    reader.then =
        () -> {
          throw new IllegalStateException("of the test");
        };
    link.send(direct(bytes("x")));
    InetSocketAddress ours = next(peer).source();
    peer.send(ours, bytes("one"));
    peer.send(ours, bytes("two"));
    turnUntil(() -> reader.received.size() == 2);

    assertThat(reader.failures).hasSizeGreaterThanOrEqualTo(2);
    link.close();
  }

  // ---- the poller

  @Test
  void rebuildingThePollerKeepsPortsAndLinks() throws IOException {
    Heard heard = new Heard();
    DatagramPort port = echo(Loopback.anyPort(), heard);
    Heard quiet = new Heard();
    DatagramPort paused = port(Loopback.anyPort(), quiet);
    paused.receiving(false);
    Peer peer = peer();
    DatagramLink link = link(peer.address());
    LinkReader reader = new LinkReader(link);
    DatagramLink unwatched = link(peer.address());
    for (int i = 0; i < 3; i++) {
      loop.poller().rebuild();
      peer.send(addressOf(port), bytes("hello"));
      assertThat(next(peer).payload()).isEqualTo(bytes("hello"));
      peer.send(addressOf(paused), bytes("later"));
      link.send(direct(bytes("x")));
      peer.send(next(peer).source(), bytes("reply"));
      int replies = i + 1;
      turnUntil(() -> reader.received.size() == replies);
    }
    assertThat(quiet.received).isEmpty();
    paused.receiving(true);
    turnUntil(() -> quiet.received.size() == 3);
    unwatched.send(direct(bytes("x")));
    InetSocketAddress ours = next(peer).source();
    LinkReader late = new LinkReader(unwatched);
    peer.send(ours, bytes("reply"));
    turnUntil(() -> !late.received.isEmpty());
  }

  @Test
  void closingThePollerClosesPortsAndLinks() throws IOException {
    Poller other = transport().openPoller();
    Heard heard = new Heard();
    DatagramPort port =
        other.openPort(
            new DatagramPortRequest(Loopback.anyPort(), false, false, SocketSettings.NONE), heard);
    port.receiving(true);
    Peer peer = peer();
    DatagramLink watched =
        other.openLink(new ConnectRequest(peer.address(), Optional.empty(), SocketSettings.NONE));
    LinkReader reader = new LinkReader(watched);
    DatagramLink unwatched =
        other.openLink(new ConnectRequest(peer.address(), Optional.empty(), SocketSettings.NONE));
    other.close();

    port.close();
    assertThat(reader.link.localAddress()).isEmpty();
    assertThat(unwatched.localAddress()).isEmpty();
    Heard successor = new Heard();
    echo(addressOf(port), successor);
    peer.send(addressOf(port), bytes("who?"));
    assertThat(next(peer).payload()).isEqualTo(bytes("who?"));
  }
}
