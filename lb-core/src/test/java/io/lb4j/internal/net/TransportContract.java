package io.lb4j.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lb4j.internal.util.Clock;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loops and the relay rely on, shown with real sockets. Every transport passes it. */
abstract class TransportContract {
  private static final SocketSettings SETTINGS =
      new SocketSettings(List.of(new SocketSettings.Setting(SocketOption.KEEP_ALIVE, 1, "")));
  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private EventLoop loop;
  private final List<AutoCloseable> toClose = new ArrayList<>();

  abstract Transport transport();

  @BeforeEach
  void openLoop() throws IOException {
    loop = new EventLoop("test", transport(), Clock.SYSTEM);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    loop.stop();
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    toClose.add(closeable);
    return closeable;
  }

  /** Turns the loop until something holds. */
  private void turnUntil(BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(end);
      loop.runOnce(10_000_000);
    }
  }

  private void turn(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      loop.runOnce(1_000_000);
    }
  }

  /** A handler that notes what it hears and then does what the test wants. */
  private static final class Heard implements ReadyHandler {
    int readable;
    int writable;
    Optional<Throwable> failure = Optional.empty();
    Runnable then = () -> {};

    @Override
    public void onReady(boolean readable, boolean writable) {
      this.readable += readable ? 1 : 0;
      this.writable += writable ? 1 : 0;
      then.run();
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      this.failure = Optional.of(failure);
    }
  }

  private static final class Accepting implements AcceptHandler {
    final List<Accepted> accepted = new ArrayList<>();

    @Override
    public void onAccept(Accepted connection) {
      accepted.add(connection);
    }

    @Override
    public void onAcceptFailure(IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** A connection: lb4j's end, and a plain blocking socket at the other. */
  private record Pair(StreamSocket near, Socket far) {}

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static ConnectRequest to(SocketAddress address) {
    return new ConnectRequest(address, Optional.empty(), SETTINGS);
  }

  private Pair connectedPair() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      StreamSocket near = loop.poller().connect(to(loopback(server.getLocalPort())));
      Socket far = closing(server.accept());
      awaitConnected(near);
      far.setSoTimeout(5000);
      return new Pair(near, far);
    }
  }

  /** Some transports know at once that a connect has ended, some only by an event. */
  private void awaitConnected(StreamSocket socket) throws IOException {
    Heard heard = new Heard();
    if (!socket.finishConnect()) {
      socket.watch(heard, false, true);
      turnUntil(() -> heard.writable > 0);
      assertThat(socket.finishConnect()).isTrue();
      socket.watch(heard, false, false);
    }
  }

  private static ByteBuffer bytes(String text) {
    ByteBuffer direct = ByteBuffer.allocateDirect(text.length());
    return direct.put(text.getBytes(US_ASCII)).flip();
  }

  private static void rst(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Test
  void listenerTellsItsRealPortAndAcceptsOnlyWhenTold() throws IOException {
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller().listen(new ListenRequest(loopback(0), 10, SETTINGS), handler);
    InetSocketAddress address = (InetSocketAddress) listener.address();
    assertThat(address.getPort()).isPositive();
    Socket client = closing(new Socket(address.getAddress(), address.getPort()));

    turn(3);
    assertThat(handler.accepted).isEmpty();
    listener.accepting(true);
    turnUntil(() -> !handler.accepted.isEmpty());

    assertThat(handler.accepted.get(0).remoteAddress()).isEqualTo(client.getLocalSocketAddress());
    listener.accepting(false);
    closing(new Socket(address.getAddress(), address.getPort()));
    turn(3);
    assertThat(handler.accepted).hasSize(1);
    handler.accepted.forEach(Accepted::refuse);
    listener.close();
    listener.close();
  }

  @Test
  void pendingConnectionsAreTakenInWhileAcceptingPauses() throws IOException {
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller().listen(new ListenRequest(loopback(0), 10, SETTINGS), handler);
    InetSocketAddress address = (InetSocketAddress) listener.address();
    closing(new Socket(address.getAddress(), address.getPort()));
    closing(new Socket(address.getAddress(), address.getPort()));
    turn(2);
    assertThat(handler.accepted).isEmpty();

    listener.acceptPending();

    assertThat(handler.accepted).hasSize(2);
    handler.accepted.forEach(Accepted::refuse);
    listener.close();
  }

  @Test
  void acceptedConnectionCarriesBytesBothWays() throws IOException {
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller().listen(new ListenRequest(loopback(0), 10, SETTINGS), handler);
    listener.accepting(true);
    InetSocketAddress address = (InetSocketAddress) listener.address();
    Socket client = closing(new Socket(address.getAddress(), address.getPort()));
    turnUntil(() -> !handler.accepted.isEmpty());
    StreamSocket near = loop.poller().adopt(handler.accepted.get(0), SETTINGS);

    client.getOutputStream().write("hello".getBytes(US_ASCII));
    Heard heard = new Heard();
    near.watch(heard, true, false);
    turnUntil(() -> heard.readable > 0);
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    assertThat(near.read(buffer)).isEqualTo(5);
    assertThat(near.read(buffer)).isZero();
    assertThat(near.write(bytes("world"))).isEqualTo(5);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo("world".getBytes(US_ASCII));
    near.close();
    listener.close();
  }

  @Test
  void refusedConnectionIsReset() throws IOException {
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller().listen(new ListenRequest(loopback(0), 10, SETTINGS), handler);
    listener.accepting(true);
    InetSocketAddress address = (InetSocketAddress) listener.address();
    Socket client = closing(new Socket(address.getAddress(), address.getPort()));
    turnUntil(() -> !handler.accepted.isEmpty());

    handler.accepted.get(0).refuse();
    handler.accepted.get(0).refuse();

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    listener.close();
  }

  @Test
  void portInUseIsABindException() throws IOException {
    try (ServerSocket holder = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      SocketAddress taken = holder.getLocalSocketAddress();
      assertThatThrownBy(
              () -> loop.poller().listen(new ListenRequest(taken, 10, SETTINGS), new Accepting()))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void connectToNobodyFailsAsRefused() throws IOException {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    assertThatThrownBy(
            () -> {
              StreamSocket socket = loop.poller().connect(to(loopback(port)));
              Heard heard = new Heard();
              socket.watch(heard, false, true);
              turnUntil(() -> heard.writable > 0);
              socket.finishConnect();
            })
        .isInstanceOfSatisfying(
            IOException.class,
            failure ->
                assertThat(ConnectFailures.kindOf(failure))
                    .isEqualTo(ConnectFailures.Kind.REFUSED));
  }

  @Test
  void connectUsesThePinnedSource() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      InetSocketAddress source = new InetSocketAddress("127.0.0.9", 0);
      StreamSocket near =
          loop.poller()
              .connect(
                  new ConnectRequest(
                      loopback(server.getLocalPort()), Optional.of(source), SETTINGS));
      Socket far = closing(server.accept());
      assertThat(far.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
      assertThat(near.localAddress()).contains(far.getRemoteSocketAddress());
      assertThat(near.remoteAddress()).isEqualTo(far.getLocalSocketAddress());
      near.close();
    } catch (ConnectException notLinux) {
      assumeThat(notLinux).as("127.0.0.9 is not an address of this machine").isNull();
    }
  }

  @Test
  void unreadBytesAreToldAgainInEveryTurn() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    pair.near().watch(heard, true, false);
    pair.far().getOutputStream().write(1);

    turnUntil(() -> heard.readable >= 3);
    pair.near().watch(heard, false, false);
    int before = heard.readable;
    turn(3);
    assertThat(heard.readable).isEqualTo(before);
    pair.near().watch(heard, true, false);
    turnUntil(() -> heard.readable > before);
    pair.near().close();
  }

  @Test
  void writingStopsAtAFullWindowAndGoesOnWhenThePeerReads() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 16);
    long written = 0;
    while (!chunk.hasRemaining() || pair.near().write(chunk.clear()) > 0) {
      written += chunk.position();
      chunk.clear();
    }
    pair.near().watch(heard, false, true);
    turn(3);
    assertThat(heard.writable).as("not writable while the window is full").isZero();

    long total = written;
    pair.far().getInputStream().readNBytes((int) total);
    turnUntil(() -> heard.writable > 0);
    pair.near().close();
  }

  @Test
  void endOfOneDirectionLeavesTheOtherOpen() throws IOException {
    Pair pair = connectedPair();
    pair.near().shutdownOutput();
    assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
    pair.far().getOutputStream().write("late".getBytes(US_ASCII));
    pair.far().shutdownOutput();
    Heard heard = new Heard();
    pair.near().watch(heard, true, false);
    turnUntil(() -> heard.readable > 0);
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    assertThat(pair.near().read(buffer)).isEqualTo(4);
    turnUntil(() -> readQuietly(pair.near(), buffer) == -1);
    pair.near().close();
  }

  private static int readQuietly(StreamSocket socket, ByteBuffer buffer) {
    try {
      return socket.read(buffer);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void bytesSentBeforeAResetAreReadBeforeTheReset() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    pair.near().watch(heard, true, false);
    pair.far().getOutputStream().write("last words".getBytes(US_ASCII));
    rst(pair.far());
    turnUntil(() -> heard.readable > 0);
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    assertThat(pair.near().read(buffer)).isEqualTo(10);
    assertThatThrownBy(() -> pair.near().read(buffer)).isInstanceOf(IOException.class);
    pair.near().close();
  }

  @Test
  void writeToAPeerThatIsGoneFails() throws IOException {
    Pair pair = connectedPair();
    rst(pair.far());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                pair.near().write(bytes("x"));
                turn(1);
              }
            })
        .isInstanceOf(IOException.class);
    pair.near().close();
  }

  @Test
  void endingOurDirectionTowardsAPeerThatIsGoneIsNoFailure() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    pair.near().watch(heard, true, false);
    rst(pair.far());
    turnUntil(() -> heard.readable > 0);
    pair.near().shutdownOutput();
    assertThatThrownBy(() -> pair.near().read(ByteBuffer.allocateDirect(100)))
        .as("it is for a read to tell of the reset")
        .isInstanceOf(IOException.class);
    pair.near().close();
  }

  @Test
  void endBeforeAResetIsReadAsAnEnd() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    pair.near().watch(heard, true, false);
    pair.far().shutdownOutput();
    rst(pair.far());
    turnUntil(() -> heard.readable > 0);
    pair.near().shutdownOutput();
    assertThat(pair.near().read(ByteBuffer.allocateDirect(100))).isEqualTo(-1);
    pair.near().close();
  }

  @Test
  void resetIsSeenAsAResetAndCloseAsAnEnd() throws IOException {
    Pair ended = connectedPair();
    ended.near().close();
    loop.runOnce(0);
    assertThat(ended.far().getInputStream().read()).isEqualTo(-1);

    Pair reset = connectedPair();
    reset.near().reset();
    loop.runOnce(0);
    assertThatThrownBy(() -> reset.far().getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void watchedSocketsToo() throws IOException {
    Pair pair = connectedPair();
    pair.near().watch(new Heard(), true, false);
    loop.runOnce(0);
    pair.near().reset();
    loop.runOnce(0);
    assertThatThrownBy(() -> pair.far().getInputStream().read())
        .isInstanceOf(SocketException.class);
  }

  @Test
  void socketClosedByAnEarlierHandlerOfTheTurnIsNotTold() throws IOException {
    Pair one = connectedPair();
    Pair other = connectedPair();
    Heard heardOne = new Heard();
    Heard heardOther = new Heard();
    heardOne.then = other.near()::close;
    heardOther.then = one.near()::close;
    one.near().watch(heardOne, true, false);
    other.near().watch(heardOther, true, false);
    one.far().getOutputStream().write(1);
    other.far().getOutputStream().write(1);

    turnUntil(() -> heardOne.readable + heardOther.readable > 0);
    turn(3);

    assertThat(Math.min(heardOne.readable, heardOther.readable)).isZero();
    one.near().close();
    other.near().close();
  }

  @Test
  void afterCloseEverythingElseFailsAndClosingAgainDoesNothing() throws IOException {
    Pair pair = connectedPair();
    pair.near().close();
    pair.near().close();
    pair.near().reset();
    assertThatThrownBy(() -> pair.near().read(ByteBuffer.allocateDirect(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> pair.near().write(bytes("x")))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> pair.near().shutdownOutput())
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void handlerThatThrowsLosesItsOwnSocketOnly() throws IOException {
    Pair bad = connectedPair();
    Pair good = connectedPair();
    Heard throwing = new Heard();
    Heard fine = new Heard();
    throwing.then =
        () -> {
          bad.near().close();
          throw new StackOverflowError("on purpose");
        };
    bad.near().watch(throwing, true, false);
    good.near().watch(fine, true, false);
    bad.far().getOutputStream().write(1);
    good.far().getOutputStream().write(1);

    turnUntil(() -> throwing.failure.isPresent() && fine.readable > 0);
    good.near().close();
  }

  @Test
  void rebuiltPollerKeepsItsSocketsAndWhatTheyAreWatchedFor() throws IOException {
    Pair pair = connectedPair();
    Heard heard = new Heard();
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller().listen(new ListenRequest(loopback(0), 10, SETTINGS), handler);
    listener.accepting(true);
    pair.near().watch(heard, true, false);

    loop.poller().rebuild();

    pair.far().getOutputStream().write(1);
    InetSocketAddress address = (InetSocketAddress) listener.address();
    closing(new Socket(address.getAddress(), address.getPort()));
    turnUntil(() -> heard.readable > 0 && !handler.accepted.isEmpty());
    handler.accepted.get(0).refuse();
    pair.near().watch(heard, false, false);
    pair.near().close();
    listener.close();
  }

  @Test
  void wakeupEndsTheNextWait() throws IOException {
    loop.poller().wakeup();
    long begun = System.nanoTime();
    loop.poller().poll(PATIENCE_NANOS, () -> {});
    assertThat(System.nanoTime() - begun).isLessThan(PATIENCE_NANOS / 2);
  }

  @Test
  void unixDomainSocketsWorkAndTheirFileGoes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("s.sock");
    Accepting handler = new Accepting();
    ListenSocket listener =
        loop.poller()
            .listen(new ListenRequest(UnixDomainSocketAddress.of(file), 10, SETTINGS), handler);
    listener.accepting(true);
    assertThat(Files.exists(file)).isTrue();

    StreamSocket near = loop.poller().connect(to(UnixDomainSocketAddress.of(file)));
    turnUntil(() -> !handler.accepted.isEmpty());
    StreamSocket other = loop.poller().adopt(handler.accepted.get(0), SETTINGS);
    awaitConnected(near);
    near.write(bytes("hi"));
    ByteBuffer buffer = ByteBuffer.allocateDirect(10);
    turnUntil(() -> readQuietly(other, buffer) == 2);
    near.close();
    other.reset();

    listener.close();
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void staleUnixSocketFileIsReplacedButNoneInUseAndNoOtherFile(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("s.sock");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
    ServerSocketChannel left = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    left.bind(address);
    assertThatThrownBy(
            () -> loop.poller().listen(new ListenRequest(address, 10, SETTINGS), new Accepting()))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("in use");
    left.close();
    assertThat(Files.exists(file)).isTrue();
    loop.poller().listen(new ListenRequest(address, 10, SETTINGS), new Accepting()).close();

    Path document = Files.writeString(folder.resolve("precious.txt"), "keep me");
    assertThatThrownBy(
            () ->
                loop.poller()
                    .listen(
                        new ListenRequest(UnixDomainSocketAddress.of(document), 10, SETTINGS),
                        new Accepting()))
        .isInstanceOf(BindException.class);
    assertThat(Files.readString(document)).isEqualTo("keep me");
  }

  @Test
  void unixSocketFileOfASuccessorIsLeftAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("s.sock");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
    ListenSocket first =
        loop.poller().listen(new ListenRequest(address, 10, SETTINGS), new Accepting());
    Files.delete(file);
    ListenSocket successor =
        loop.poller().listen(new ListenRequest(address, 10, SETTINGS), new Accepting());

    first.close();
    assertThat(Files.exists(file)).isTrue();
    successor.close();
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void closedPollerClosesItsSockets() throws IOException {
    Poller poller = transport().openPoller();
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      StreamSocket near = poller.connect(to(loopback(server.getLocalPort())));
      Socket far = closing(server.accept());
      far.setSoTimeout(5000);
      near.finishConnect();
      near.watch(new Heard(), true, false);
      poller.poll(0, () -> {});
      poller.close();
      assertThat(far.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void ipv6Works() throws IOException {
    ServerSocket server;
    try {
      server = closing(new ServerSocket(0, 10, InetAddress.getByAddress(IPV6_LOOPBACK)));
    } catch (IOException noIpv6) {
      assumeThat(noIpv6).as("this machine has no IPv6 loopback").isNull();
      return;
    }
    StreamSocket near = loop.poller().connect(to(server.getLocalSocketAddress()));
    Socket far = closing(server.accept());
    awaitConnected(near);
    assertThat(near.localAddress()).contains(far.getRemoteSocketAddress());
    near.close();
  }

  @Test
  void connectedSocketHasNoDelay() throws IOException {
    Pair pair = connectedPair();
    for (int i = 0; i < 20; i++) { // with Nagle and delayed acknowledgements this takes 40 ms each
      pair.near().write(bytes("a"));
      pair.near().write(bytes("b"));
      assertThat(pair.far().getInputStream().readNBytes(2)).isEqualTo("ab".getBytes(US_ASCII));
    }
    pair.near().close();
  }
}
