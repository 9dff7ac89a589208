package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.testing.Await;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Very many short flows, of which clients, member and host end many at any moment. Every reply
 * carries the number of its request, so a descriptor that is used after its close would show as a
 * reply that is another flow's. For a million flows:
 *
 * <pre>mvn -pl lb-core test -Dtest=NativeStressTest -Dlb4j.stress.flows=1000000</pre>
 */
class NativeStressTest {
  private static final Logger LOG = LoggerFactory.getLogger(NativeStressTest.class);
  private static final int FLOWS = Integer.getInteger("lb4j.stress.flows", 20_000);
  private static final int CLIENTS = 24;
  private static final int MESSAGE_BYTES = 2 * Long.BYTES;
  private static final int BULK_BYTES = 600_000;
  private static final int FLOWS_PER_BULK = 500;
  private static final int PATIENCE_MILLIS = 20_000;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();

  /** What the client and the member of a flow do; its number decides. */
  private enum Part {
    CLIENT_RESETS_AT_ONCE,
    CLIENT_RESETS_AFTER_ITS_REQUEST,
    MEMBER_RESETS,
    MEMBER_ANSWERS_AND_CLOSES,
    MEMBER_ANSWERS,
    BULK;

    static Part of(long number) {
      if (number % FLOWS_PER_BULK == 0) {
        return BULK;
      }
      return switch ((int) (scrambled(number) >>> 60)) {
        case 0, 1 -> CLIENT_RESETS_AT_ONCE;
        case 2, 3 -> CLIENT_RESETS_AFTER_ITS_REQUEST;
        case 4 -> MEMBER_RESETS;
        case 5 -> MEMBER_ANSWERS_AND_CLOSES;
        default -> MEMBER_ANSWERS;
      };
    }
  }

  private static long scrambled(long number) {
    long mixed = (number + 1) * 0x9E37_79B9_7F4A_7C15L;
    return mixed ^ (mixed >>> 29);
  }

  /** A number and a check of it, which are other ones in a reply. */
  private static ByteBuffer message(long number) {
    return ByteBuffer.allocate(MESSAGE_BYTES).putLong(number).putLong(scrambled(number)).flip();
  }

  private static byte[] bulkOf(long number) {
    byte[] bulk = new byte[BULK_BYTES];
    for (int i = 0; i < bulk.length; i++) {
      bulk[i] = (byte) (number * 31 + i * 7L + (i >> 8));
    }
    return bulk;
  }

  // ---- the member, all of it on one thread

  private final class Member implements AutoCloseable {
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::run, "stress-member");

    Member() throws IOException {
      listener.bind(Loopback.anyPort(), 4096);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      thread.setDaemon(true);
      thread.start();
    }

    MemberSpec spec() throws IOException {
      return MemberSpec.of("127.0.0.1", ((InetSocketAddress) listener.getLocalAddress()).getPort());
    }

    private void run() {
      try {
        while (listener.isOpen()) {
          selector.select(this::onReady, 100);
        }
        for (SelectionKey key : selector.keys()) {
          reset(key);
        }
        selector.close();
      } catch (IOException failure) {
        wrong.add("the member failed: " + failure);
      }
    }

    private void onReady(SelectionKey key) {
      try {
        if (key.isAcceptable()) {
          accept();
        } else {
          serve(key, (SocketChannel) key.channel());
        }
      } catch (IOException clientIsGone) {
        reset(key);
      }
    }

    private void accept() throws IOException {
      for (SocketChannel c = listener.accept(); c != null; c = listener.accept()) {
        c.configureBlocking(false);
        c.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(MESSAGE_BYTES));
      }
    }

    private void serve(SelectionKey key, SocketChannel channel) throws IOException {
      ByteBuffer buffer = (ByteBuffer) key.attachment();
      if (key.isWritable()) {
        channel.write(buffer);
        if (!buffer.hasRemaining()) {
          channel.close();
        }
      } else if (!buffer.hasRemaining() || channel.read(buffer) < 0) {
        reset(channel);
      } else if (!buffer.hasRemaining()) {
        answer(key, channel, buffer.flip());
      }
    }

    private void answer(SelectionKey key, SocketChannel channel, ByteBuffer request)
        throws IOException {
      long number = request.getLong();
      if (request.getLong() != scrambled(number)) {
        wrong.add("request " + number + " is not one that a client sends");
      }
      switch (Part.of(number)) {
        case BULK -> {
          key.attach(ByteBuffer.wrap(bulkOf(number)));
          key.interestOps(SelectionKey.OP_WRITE);
        }
        case MEMBER_RESETS -> reset(channel);
        case MEMBER_ANSWERS_AND_CLOSES -> {
          channel.write(message(~number));
          channel.close();
        }
        default -> channel.write(message(~number));
      }
    }

    private void reset(SelectionKey key) {
      if (key.channel() instanceof SocketChannel channel) {
        reset(channel);
      }
    }

    private void reset(SocketChannel channel) {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
      } catch (IOException closedAlready) {
        return;
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      selector.wakeup();
      Await.until("the member to end", () -> !thread.isAlive());
    }
  }

  // ---- the clients

  private void runClients(InetSocketAddress edge) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(seed + i);
      Thread client =
          new Thread(
              () -> {
                for (long n = numbers.getAndIncrement(); n < FLOWS && wrong.isEmpty(); ) {
                  flow(edge, n, random);
                  n = numbers.getAndIncrement();
                }
                running.countDown();
              },
              "stress-client-" + i);
      client.setDaemon(true);
      client.start();
    }
    running.await();
  }

  private void flow(InetSocketAddress edge, long number, Random random) {
    Part part = Part.of(number);
    try (Socket socket = new Socket()) {
      socket.setSoLinger(true, 0); // leaves no port in TIME_WAIT
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      socket.connect(edge);
      if (part == Part.CLIENT_RESETS_AT_ONCE) {
        return;
      }
      send(socket, message(number).array(), random);
      if (part == Part.CLIENT_RESETS_AFTER_ITS_REQUEST) {
        return;
      }
      if (part == Part.BULK) {
        checkBulk(number, socket.getInputStream(), random);
      } else {
        checkReply(number, socket.getInputStream().readNBytes(MESSAGE_BYTES));
      }
    } catch (SocketTimeoutException noReply) {
      wrong.add("no reply to " + number + ", " + part);
    } catch (IOException wasReset) {
      cut.incrementAndGet();
    }
  }

  private static void send(Socket socket, byte[] request, Random random) throws IOException {
    int first = random.nextInt(8) == 0 ? 1 + random.nextInt(MESSAGE_BYTES - 1) : MESSAGE_BYTES;
    socket.getOutputStream().write(request, 0, first);
    if (first < MESSAGE_BYTES) {
      socket.getOutputStream().write(request, first, MESSAGE_BYTES - first);
    }
  }

  private void checkReply(long number, byte[] reply) {
    bytes.addAndGet(reply.length);
    byte[] expected = message(~number).array();
    if (!Arrays.equals(reply, Arrays.copyOf(expected, reply.length))) {
      wrong.add("reply to " + number + " is " + Arrays.toString(reply));
    } else if (reply.length == MESSAGE_BYTES) {
      answered.incrementAndGet();
    } else {
      cut.incrementAndGet();
    }
  }

  /** Reads all of it, or leaves somewhere in the middle. */
  private void checkBulk(long number, InputStream in, Random random) throws IOException {
    int wanted = random.nextBoolean() ? BULK_BYTES : random.nextInt(BULK_BYTES);
    byte[] expected = bulkOf(number);
    byte[] part = new byte[32 * 1024];
    for (int at = 0; at < wanted; ) {
      int count = in.read(part, 0, Math.min(part.length, wanted - at));
      if (count < 0) {
        cut.incrementAndGet();
        return;
      }
      if (!Arrays.equals(part, 0, count, expected, at, at + count)) {
        wrong.add("bulk of " + number + " is another's from byte " + at);
        return;
      }
      at += count;
      bytes.addAndGet(count);
    }
    answered.incrementAndGet();
  }

  // ---- the host

  /** Ends a flow now and then, and asks every one for what another thread may ask for. */
  private void meddle(VirtualServer edge) {
    Random random = new Random(seed - 1);
    while (!over.get()) {
      for (Flow flow : edge.flows()) {
        Optional<?> address = flow.virtualClient();
        if (random.nextInt(200) == 0 && address.isPresent()) {
          flow.close();
        }
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
    }
  }

  @Test
  @Timeout(400)
  void noFlowGetsAnothersBytesAndNothingIsLeft() throws Exception {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    long pipesBefore = BulkContract.pipes();
    Member member = leaks.own(new Member());
    VirtualServer edge =
        leaks.start(Edges.edge(Edges.pool(member.spec())).transport(TransportKind.EPOLL));
    Thread meddler = new Thread(() -> meddle(edge), "stress-host");
    meddler.setDaemon(true);
    meddler.start();
    long begun = System.nanoTime();

    runClients((InetSocketAddress) edge.address());

    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    over.set(true);
    meddler.join();
    LOG.info(
        "{} flows in {} ms, {} a second: {} answered, {} cut, {} bytes checked, {} closed by host",
        FLOWS,
        millis,
        FLOWS * 1000L / millis,
        answered,
        cut,
        bytes,
        edge.flows().closed(CloseReason.CLOSED_BY_HOST));
    assertThat(wrong).as("seed %d", seed).isEmpty();
    assertThat(answered.get()).as("seed %d", seed).isGreaterThan(FLOWS / 3);
    Await.until(
        () -> "flows to end:\n" + edge.flows(), Await.LIMIT, () -> edge.flows().size() == 0);
    assertThat(edge.flows().closed()).as("seed %d", seed).isEqualTo(edge.flows().opened());
    assertThat(edge.flows().closed(CloseReason.INTERNAL_ERROR)).as("seed %d", seed).isZero();
    edge.close();
    Await.until("pipes to be closed", () -> BulkContract.pipes() <= pipesBefore);
  }
}
