package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Descriptors;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to numbers of descriptors that are used again at once. */
@Timeout(60)
class EpollPollerTest {
  private static final int ROUNDS = 20;
  private static final int SOCKETS = 2000;
  private static final long SHORT_NANOS = 20_000_000;

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private Map<Integer, String> before = Map.of();
  private EpollPoller poller;
  private ServerSocket server;

  /** A connection: lb4j's end, and a plain blocking socket at the other. */
  private record Pair(EpollSocket near, Socket far) {}

  /** Notes what it hears and then does what the test wants. */
  private static final class Heard implements ReadyHandler {
    int readable;
    int calls;
    Runnable then = () -> {};

    @Override
    public void onReady(boolean readable, boolean writable) {
      calls++;
      this.readable += readable ? 1 : 0;
      then.run();
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @BeforeEach
  void open() throws Exception {
    NativeTransport found = NativeTransport.find();
    assumeTrue(found.transport().isPresent(), found::whyNot);
    new ServerSocket(0, 1, Loopback.anyPort().getAddress()).close(); // what the JDK keeps
    before = descriptors();
    poller = newPoller();
    server = closing(new ServerSocket(0, 4096, Loopback.anyPort().getAddress()));
  }

  private static EpollPoller newPoller() throws IOException {
    return (EpollPoller) NativeTransport.find().transport().orElseThrow().openPoller();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    if (poller != null) {
      poller.close();
      Await.until("descriptors to be as before", () -> descriptors().equals(before));
    }
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    toClose.add(closeable);
    return closeable;
  }

  /** What is open, but files, which the JDK opens when it loads classes. */
  private static Map<Integer, String> descriptors() {
    Map<Integer, String> found = Descriptors.open();
    found.values().removeIf(what -> !what.contains(":"));
    return found;
  }

  private ConnectRequest toServer(Optional<SocketAddress> source) {
    return new ConnectRequest(server.getLocalSocketAddress(), source, SocketSettings.NONE);
  }

  private Pair pair() throws IOException {
    EpollSocket near = (EpollSocket) poller.connect(toServer(Optional.empty()));
    Socket far = closing(server.accept());
    Heard heard = new Heard();
    near.watch(heard, false, true);
    while (!near.finishConnect()) {
      poll();
    }
    near.watch(heard, false, false);
    return new Pair(near, far);
  }

  private int poll() throws IOException {
    return poller.poll(1_000_000, () -> {});
  }

  /** Watches a socket for reading and has its peer send a byte. */
  private static void makeReadable(Pair pair, Heard heard) throws IOException {
    pair.near().watch(heard, true, false);
    pair.far().getOutputStream().write(1);
  }

  /** Closes a socket and opens another one, which gets its number and its slot. */
  private final class Replacement implements Runnable {
    final Pair former;
    final Heard heard = new Heard();
    int formerDescriptor;
    EpollSocket newcomer;

    Replacement(Pair former) {
      this.former = former;
      formerDescriptor = former.near().descriptor();
    }

    @Override
    public void run() {
      if (newcomer != null) {
        return;
      }
      former.near().close();
      try {
        newcomer = (EpollSocket) poller.connect(toServer(Optional.empty()));
        newcomer.watch(heard, true, false);
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }

    boolean tookTheNumber() {
      return newcomer.descriptor() == formerDescriptor;
    }
  }

  @Test
  void eventOfASocketClosedByAnEarlierHandlerOfTheTurnIsNotToldToItsSuccessor() throws IOException {
    int reused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Pair[] pairs = {pair(), pair()};
      Heard[] heard = {new Heard(), new Heard()};
      List<Replacement> replaced = new ArrayList<>();
      for (int i = 0; i < 2; i++) { // whichever is told first replaces the other
        Replacement replacement = new Replacement(pairs[1 - i]);
        heard[i].then =
            () -> {
              if (replaced.isEmpty()) {
                replaced.add(replacement);
                replacement.run();
              }
            };
      }
      makeReadable(pairs[0], heard[0]);
      makeReadable(pairs[1], heard[1]);

      for (int i = 0; i < 3 || replaced.isEmpty(); i++) {
        poll();
      }

      assertThat(Math.min(heard[0].calls, heard[1].calls)).as("calls for the closed one").isZero();
      Replacement replacement = replaced.get(0);
      assertThat(replacement.heard.calls).as("calls for the newcomer").isZero();
      reused += replacement.tookTheNumber() ? 1 : 0;
      pairs[0].near().close();
      pairs[1].near().close();
      replacement.newcomer.close();
      closing(server.accept());
    }
    assertThat(reused).as("numbers used again").isPositive();
  }

  @Test
  void eventThatTheSystemReportedAlreadyIsNotToldToASuccessorInTheSameSlot() throws IOException {
    int reused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Pair pair = pair();
      Replacement replacement = new Replacement(pair);
      Heard heard = new Heard();
      ListenSocket listener = listenerThat(replacement);
      // The client is there before the byte: no turn sees the byte alone.
      Socket client = closing(new Socket());
      client.connect(listener.address());
      pair.far().getOutputStream().write(1);
      pair.near().watch(heard, true, false);

      for (int i = 0; i < 3 || replacement.newcomer == null; i++) {
        poll();
      }

      assertThat(heard.calls).as("calls for the closed socket").isZero();
      assertThat(replacement.heard.calls).as("calls for the newcomer").isZero();
      reused += replacement.tookTheNumber() ? 1 : 0;
      replacement.newcomer.close();
      closing(server.accept());
      listener.close();
    }
    assertThat(reused).as("numbers used again").isPositive();
  }

  private ListenSocket listenerThat(Runnable acts) throws IOException {
    ListenSocket listener =
        poller.listen(
            new ListenRequest(Loopback.anyPort(), 10, SocketSettings.NONE),
            new AcceptHandler() {
              @Override
              public void onAccept(Accepted accepted) {
                acts.run();
                accepted.refuse();
              }

              @Override
              public void onAcceptFailure(IOException failure) {
                throw new AssertionError(failure);
              }
            });
    listener.accepting(true);
    return listener;
  }

  @Test
  void socketThatIsReadyAndClosedBeforeItsTurnIsForgotten() throws IOException {
    Pair pair = pair();
    Heard heard = new Heard();
    makeReadable(pair, heard);
    while (heard.readable == 0) {
      poll();
    }
    pair.near().close(); // it stands in the queue, as nothing was read

    assertThat(poller.poll(0, () -> {})).isZero();
    assertThat(heard.calls).isEqualTo(1);
  }

  /** A socket and the address that it must answer with. */
  private record Addressed(EpollSocket socket, String host) {}

  @Test
  void otherThreadsNeverGetTheAddressOfASuccessor() throws Exception {
    AtomicReference<Addressed> current = new AtomicReference<>();
    AtomicBoolean over = new AtomicBoolean();
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread asker =
          new Thread(
              () -> {
                while (!over.get()) {
                  ask(current.get(), wrong);
                }
              },
              "asker-" + i);
      asker.setDaemon(true);
      asker.start();
      askers.add(asker);
    }

    for (int i = 0; i < SOCKETS; i++) {
      InetSocketAddress source = Loopback.port(2 + i % 200, 0);
      EpollSocket socket = (EpollSocket) poller.connect(toServer(Optional.of(source)));
      current.set(new Addressed(socket, source.getAddress().getHostAddress()));
      socket.reset();
    }
    over.set(true);
    for (Thread asker : askers) {
      asker.join();
    }

    assertThat(wrong).isEmpty();
  }

  private static void ask(Addressed asked, ConcurrentLinkedQueue<String> wrong) {
    if (asked == null) {
      return;
    }
    asked
        .socket()
        .localAddress()
        .map(address -> ((InetSocketAddress) address).getAddress().getHostAddress())
        .filter(host -> !host.equals(asked.host()))
        .ifPresent(host -> wrong.add(host + " instead of " + asked.host()));
  }

  @Test
  void wakeupAfterTheCloseRingsNobodysBell() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      EpollPoller closed = newPoller();
      AtomicBoolean over = new AtomicBoolean();
      Thread ringer =
          new Thread(
              () -> {
                while (!over.get()) {
                  closed.wakeup();
                }
              },
              "ringer");
      ringer.setDaemon(true);
      ringer.start();
      closed.close();
      int rung = bellsThatAreRung(closed);
      over.set(true);
      ringer.join();
      assertThat(rung).as("bells rung that took the numbers of the closed poller").isZero();
    }
  }

  private static int bellsThatAreRung(EpollPoller closed) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int[] bells = new int[8];
      for (int i = 0; i < bells.length; i++) {
        bells[i] = Errors.check(libc.epoll.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC));
      }
      for (int i = 0; i < 100; i++) {
        closed.wakeup();
      }
      MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
      int rung = 0;
      for (int bell : bells) {
        rung += libc.epoll.read(bell, count.address(), Long.BYTES) > 0 ? 1 : 0;
        libc.close(bell);
      }
      return rung;
    }
  }

  @Test
  void whatNobodyWantsToReadWakesTheLoopButTwice() throws IOException {
    Pair pair = pair();
    Heard heard = new Heard();
    pair.near().watch(heard, false, false);
    int turns = 0;
    for (int sent = 0; sent < 50; sent++) {
      pair.far().getOutputStream().write(sent);
      turns += poller.poll(SHORT_NANOS, () -> {});
    }

    assertThat(turns).isLessThanOrEqualTo(3); // told, muted, and what muting itself tells
    assertThat(heard.calls).isZero();
  }

  @Test
  void whatCameWhileNobodyReadIsReadAndWhatComesLaterIsTold() throws IOException {
    Pair pair = pair();
    pair.far().setTcpNoDelay(true);
    Heard heard = new Heard();
    for (int sent = 0; sent < 20; sent++) {
      pair.far().getOutputStream().write(sent);
      poller.poll(SHORT_NANOS, () -> {});
    }

    pair.near().watch(heard, true, false);
    assertThat(poller.poll(SHORT_NANOS, () -> {})).isPositive();
    ByteBuffer target = ByteBuffer.allocateDirect(100);
    while (target.position() < 20) {
      pair.near().read(target);
    }
    assertThat(pair.near().read(target)).isZero();
    heard.readable = 0;
    pair.far().getOutputStream().write(1);
    for (int turns = 0; heard.readable == 0 && turns < 100; turns++) {
      poller.poll(SHORT_NANOS, () -> {});
    }

    assertThat(heard.readable).isEqualTo(1);
    assertThat(pair.near().read(target)).isEqualTo(1);
  }

  @Test
  void closingTwiceDoesNothing() throws IOException {
    EpollPoller closed = newPoller();
    closed.close();
    closed.close();
  }

  @Test
  void closingAPollerThatWasRebuiltLeavesNothing() throws IOException {
    Pair pair = pair();
    for (int i = 0; i < 5; i++) {
      poller.rebuild();
    }
    Heard heard = new Heard();
    makeReadable(pair, heard);
    while (heard.readable == 0) {
      poll();
    }
    assertThat(pair.near().read(ByteBuffer.allocateDirect(10))).isEqualTo(1);
  }

  /** A read stops behind a descriptor that is passed along, whatever comes after it. */
  @Test
  void bytesBehindAPassedDescriptorAreReadToo(@TempDir Path directory) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("s"));
      SockAddr address = new SockAddr(arena);
      address.write(path);
      int listening = Errors.check(libc.sockets.socket(Linux.AF_UNIX, Linux.SOCK_STREAM));
      Errors.check(libc.sockets.bind(listening, address.address(), address.length()));
      Errors.check(libc.sockets.listen(listening, 1));
      StreamSocket near =
          poller.connect(new ConnectRequest(path, Optional.empty(), SocketSettings.NONE));
      int far =
          Errors.check(
              libc.sockets.accept(listening, address.address(), address.lengthAddress(), 0));
      sendWithDescriptor(arena, far, arena.allocateFrom("before"), 6);
      assertThat(libc.sockets.send(far, arena.allocateFrom("after").address(), 5, 0)).isEqualTo(5);
      libc.sockets.shutdown(far, Linux.SHUT_WR);

      assertThat(readToEnd(near)).isEqualTo("beforeafter");
      near.close();
      libc.close(far);
      libc.close(listening);
    }
  }

  private static void sendWithDescriptor(Arena arena, int socket, MemorySegment text, long length)
      throws Throwable {
    MemorySegment vector = arena.allocateFrom(ValueLayout.JAVA_LONG, text.address(), length);
    MemorySegment rights = arena.allocate(24, Long.BYTES); // a cmsghdr and the descriptor
    rights.set(ValueLayout.JAVA_LONG, 0, 20);
    rights.set(ValueLayout.JAVA_INT, 8, Linux.SOL_SOCKET);
    rights.set(ValueLayout.JAVA_INT, 12, 1); // SCM_RIGHTS
    rights.set(ValueLayout.JAVA_INT, 16, socket);
    MemorySegment message =
        arena.allocateFrom(
            ValueLayout.JAVA_LONG, 0, 0, vector.address(), 1, rights.address(), 24, 0);
    MethodHandle sendmsg =
        Linkage.callForLong(
            "sendmsg", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    long sent = (long) sendmsg.invokeExact(new Errno(arena).state, socket, message.address(), 0);
    assertThat(sent).isEqualTo(length);
  }

  /** What a socket that is watched gives, with one read in each turn. */
  private String readToEnd(StreamSocket socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    AtomicBoolean ended = new AtomicBoolean();
    Heard heard = new Heard();
    heard.then =
        () -> {
          try {
            ended.set(socket.read(buffer) < 0);
            socket.watch(heard, !ended.get(), false);
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        };
    socket.watch(heard, true, false);
    for (int i = 0; i < 1000 && !ended.get(); i++) {
      poll();
    }
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
