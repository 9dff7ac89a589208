package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import io.lb4j.testing.AllocationMeter;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Descriptors;
import io.lb4j.testing.Edges;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writes to real sockets that are made together. */
@Timeout(60)
class SendRingTest {
  private static final ReadyHandler NOBODY =
      new ReadyHandler() {
        @Override
        public void onReady(boolean readable, boolean writable) {}

        @Override
        public void onHandlerFailure(Throwable failure) {
          throw new AssertionError(failure);
        }
      };

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final ByteBuffer payload = ByteBuffer.allocateDirect(Tray.PLACES * 1024);
  private EpollPoller poller;
  private WriteBatch batch;
  private ServerSocket server;

  /** A connection: lb4j's end, and a plain blocking socket at the other. */
  private record Pair(EpollSocket near, Socket far) {
    byte[] received(int count) throws IOException {
      return far.getInputStream().readNBytes(count);
    }
  }

  @BeforeEach
  void open() throws Exception {
    NativeTransport found = NativeTransport.find();
    assumeTrue(found.transport().isPresent(), found::whyNot);
    assumeTrue(hasRings(), "no io_uring on this machine");
    poller = (EpollPoller) found.transport().orElseThrow().openPoller();
    batch = poller.writes();
    server = closing(new ServerSocket(0, 4096, Loopback.anyPort().getAddress()));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    if (poller != null) {
      poller.close();
      Await.until("no ring to be open", () -> rings() == 0);
    }
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    toClose.add(closeable);
    return closeable;
  }

  private static boolean hasRings() {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      Ring.open(libc).close(libc);
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  private static long rings() {
    return Descriptors.count("io_uring");
  }

  private Pair pair() throws IOException {
    InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
    EpollSocket near =
        (EpollSocket)
            poller.connect(new ConnectRequest(address, Optional.empty(), SocketSettings.NONE));
    Socket far = closing(server.accept());
    near.watch(NOBODY, false, true);
    while (!near.finishConnect()) {
      poller.poll(1_000_000, () -> {});
    }
    near.watch(NOBODY, false, false);
    return new Pair(near, far);
  }

  private List<Pair> pairs(int count) throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(pair());
    }
    return pairs;
  }

  /** Where the payload of a place lies, of so many bytes. */
  private ByteBuffer at(int place, int length) {
    return payload.limit(place * 1024 + length).position(place * 1024);
  }

  private void begin(int count) {
    assertThat(batch.begin(count)).isTrue();
  }

  @Test
  void everySinkGetsItsOwnBytesInOrderRoundAfterRound() throws IOException {
    List<Pair> pairs = pairs(Tray.PLACES);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[payload.capacity()];
      random.nextBytes(bytes);
      payload.clear().put(bytes);
      int count = 3 + random.nextInt(Tray.PLACES - 2);
      int length = 1 + random.nextInt(1024);

      begin(count);
      for (int i = 0; i < count; i++) {
        batch.add(i, pairs.get(i).near(), at(i, length));
      }
      batch.make();

      for (int i = 0; i < count; i++) {
        assertThat(batch.isMade(i)).isTrue();
        ByteBuffer sent = at(i, length);
        assertThat(batch.result(i, sent)).as("seed %d", seed).isEqualTo(length);
        assertThat(sent.hasRemaining()).isFalse();
        assertThat(pairs.get(i).received(length))
            .as("seed %d", seed)
            .isEqualTo(Arrays.copyOfRange(bytes, i * 1024, i * 1024 + length));
      }
    }
    assertThat(rings()).isEqualTo(1);
  }

  @Test
  void fewWritesAreNotWorthARing() {
    assertThat(batch.begin(1)).isFalse();
    assertThat(rings()).isZero();
  }

  @Test
  void writeToAClosedSocketIsLeftOutAndTheNextOwnerOfItsNumberGetsNothing() throws IOException {
    List<Pair> pairs = pairs(3);
    writeTogether(pairs.stream().map(Pair::near).toArray(EpollSocket[]::new));
    assertThat(pairs.get(1).received(8)).hasSize(8);
    int number = pairs.get(1).near().descriptor();
    pairs.get(1).near().close();
    Pair successor = pair();
    assertThat(successor.near().descriptor()).isEqualTo(number);

    begin(3);
    for (int i = 0; i < 3; i++) {
      batch.add(i, pairs.get(i).near(), at(i, 5));
    }
    batch.make();

    assertThat(batch.isMade(0)).isTrue();
    assertThat(batch.isMade(1)).as("though the batch before had one there").isFalse();
    assertThat(batch.isMade(2)).isTrue();
    assertThat(batch.result(2, at(2, 5))).isEqualTo(5);
    successor.near().close();
    assertThat(successor.far().getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void whatWasAddedToABatchThatWasNotMadeIsNeverSent() throws IOException {
    List<Pair> pairs = pairs(6);
    begin(3);
    for (int i = 0; i < 3; i++) {
      batch.add(i, pairs.get(i).near(), at(i, 5));
    }
    begin(3);
    assertThat(batch.isMade(0)).isFalse();
    for (int i = 3; i < 6; i++) {
      batch.add(i, pairs.get(i).near(), at(i, 5));
    }
    batch.make();

    for (int i = 0; i < 6; i++) {
      assertThat(batch.isMade(i)).isEqualTo(i >= 3);
      pairs.get(i).near().close();
      assertThat(pairs.get(i).far().getInputStream().readAllBytes()).hasSize(i >= 3 ? 5 : 0);
    }
  }

  @Test
  void sinkThatIsFullTakesWhatItCanAndHearsWhenItTakesMore() throws IOException {
    List<Pair> pairs = pairs(3);
    EpollSocket full = pairs.get(1).near();
    ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
    while (full.write(much.clear()) > 0) {}

    begin(3);
    for (int i = 0; i < 3; i++) {
      batch.add(i, pairs.get(i).near(), at(i, 1000));
    }
    batch.make();

    assertThat(batch.result(0, at(0, 1000))).isEqualTo(1000);
    ByteBuffer left = at(1, 1000);
    assertThat(batch.result(1, left)).isZero();
    assertThat(left.remaining()).isEqualTo(1000);
    assertThat(batch.result(2, at(2, 1000))).isEqualTo(1000);
    List<Boolean> told = new ArrayList<>();
    full.watch(new Noting(told), false, true);
    poller.poll(0, () -> {});
    assertThat(told).isEmpty();
    Thread reader = new Thread(() -> readAll(pairs.get(1).far()));
    reader.setDaemon(true);
    reader.start();
    Await.until("room to be told of", () -> polled() && !told.isEmpty());
    full.close();
  }

  private boolean polled() {
    try {
      poller.poll(1_000_000, () -> {});
      return true;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void readAll(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
    } catch (IOException closed) {
      // at the end of the test
    }
  }

  private record Noting(List<Boolean> told) implements ReadyHandler {
    @Override
    public void onReady(boolean readable, boolean writable) {
      told.add(writable);
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void sinkThatTookAllIsStillReadyForMore() throws IOException {
    List<Pair> pairs = pairs(3);
    writeTogether(pairs.stream().map(Pair::near).toArray(EpollSocket[]::new));
    List<Boolean> told = new ArrayList<>();
    pairs.get(0).near().watch(new Noting(told), false, true);
    poller.poll(0, () -> {});
    assertThat(told).containsExactly(true);
  }

  /** Takes fewer requests than there are, or fails. */
  private static final class Unwilling extends RingCalls {
    int most = Integer.MAX_VALUE;
    boolean fails;

    Unwilling(Arena arena) {
      super(new Errno(arena));
    }

    @Override
    void submit(int ring, int count) {
      if (fails) {
        throw new OutOfMemoryError("submit");
      }
      super.submit(ring, Math.min(count, most));
    }
  }

  @Test
  void whatTheRingDoesNotTakeIsNeitherSentNorKept() throws IOException {
    List<Pair> pairs = pairs(4);
    try (Arena arena = Arena.ofConfined()) {
      Unwilling calls = new Unwilling(arena);
      Ring ring = Ring.open(poller.libc(), calls);
      calls.most = 1;
      assertThat(submit(ring, pairs.subList(0, 2))).isEqualTo(1);
      calls.fails = true;
      assertThatThrownBy(() -> submit(ring, pairs.subList(1, 3)))
          .isInstanceOf(OutOfMemoryError.class);
      calls.fails = false;
      calls.most = 2;
      assertThat(submit(ring, pairs.subList(3, 4))).isEqualTo(1);
      ring.close(poller.libc());
    }
    for (int i = 0; i < 4; i++) {
      pairs.get(i).near().close();
      int expected = i == 0 || i == 3 ? 5 : 0;
      assertThat(pairs.get(i).far().getInputStream().readAllBytes()).hasSize(expected);
    }
  }

  private int submit(Ring ring, List<Pair> pairs) {
    ring.begin();
    for (Pair pair : pairs) {
      ByteBuffer bytes = at(0, 5);
      ring.addSend(pair.near().descriptor(), poller.addressOf(bytes), 5, 0);
    }
    int taken = ring.submit();
    for (int i = 0; i < ring.completed(); i++) {
      assertThat(ring.result(i)).isEqualTo(5);
    }
    ring.forget(ring.completed());
    return taken;
  }

  @Test
  void peerThatIsGoneFailsItsOwnWriteOnly() throws IOException {
    List<Pair> pairs = pairs(3);
    pairs.get(1).far().setSoLinger(true, 0);
    pairs.get(1).far().close();

    begin(3);
    for (int i = 0; i < 3; i++) {
      batch.add(i, pairs.get(i).near(), at(i, 10));
    }
    batch.make();

    assertThat(batch.result(0, at(0, 10))).isEqualTo(10);
    assertThatThrownBy(() -> batch.result(1, at(1, 10)))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("Connection reset by peer|Broken pipe");
    assertThat(batch.result(2, at(2, 10))).isEqualTo(10);
  }

  @Test
  void writesTogetherAllocateNothing() throws IOException {
    List<Pair> pairs = pairs(3);
    EpollSocket[] sinks = pairs.stream().map(Pair::near).toArray(EpollSocket[]::new);
    for (Pair pair : pairs) {
      Thread reader = new Thread(() -> readAll(pair.far()));
      reader.setDaemon(true);
      reader.start();
    }
    AllocationMeter.assertNothing("a batch", () -> writeTogether(sinks));
  }

  private void writeTogether(EpollSocket... sinks) {
    if (!batch.begin(sinks.length)) {
      throw new AssertionError("no batch");
    }
    for (int i = 0; i < sinks.length; i++) {
      batch.add(i, sinks[i], at(i, 8));
    }
    batch.make();
    try {
      for (int i = 0; i < sinks.length; i++) {
        batch.result(i, at(i, 8));
      }
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  @Test
  void flowsThatSpeakAtTheSameTimeAreSentForTogether() throws Exception {
    ScriptedMember member = closing(ScriptedMember.with(new Behaviour.Echo()));
    VirtualServer edge =
        closing(
            Edges.edge(Edges.pool(member.spec())).loops(1).transport(TransportKind.EPOLL).start());
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      clients.add(closing(TestClient.to(edge.address())));
    }
    Await.until("a ring to be in use", () -> allEcho(clients) && rings() == 1);
  }

  private static boolean allEcho(List<TestClient> clients) {
    try {
      for (TestClient client : clients) {
        client.send("small");
      }
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
    for (TestClient client : clients) {
      assertThat(client.take(5)).hasValueSatisfying(bytes -> assertThat(bytes).hasSize(5));
    }
    return true;
  }
}
