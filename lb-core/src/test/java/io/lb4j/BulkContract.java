package io.lb4j;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Descriptors;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Megabytes through real sockets. Every transport passes it, with pipes between or without. */
@Timeout(60)
abstract class BulkContract {
  private static final int LONGEST_WRITE = 300_000;
  private static final int SMALL_BUFFER = 4096;
  private static final Duration QUIET = Duration.ofMillis(300);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private final long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
  private long pipesBefore;

  abstract TransportKind transport();

  /** Whether bulk goes through pipes. */
  abstract boolean usesPipes();

  @BeforeEach
  void countPipes() {
    pipesBefore = pipes();
  }

  @AfterEach
  void noPipeIsLeftOnceTheServerIsClosed() {
    for (VirtualServer server : leaks.servers()) {
      server.close();
    }
    Await.until(() -> "pipes left, seed " + seed, Await.LIMIT, () -> pipes() <= pipesBefore);
  }

  /** How many ends of pipes this process has. */
  static long pipes() {
    return Descriptors.count("pipe:");
  }

  private VirtualServer.Builder edge(ScriptedMember member) {
    return Edges.edge(member).transport(transport()).listener(log);
  }

  private void expectPipesInUse() {
    if (usesPipes()) {
      Await.until(() -> "a pipe in use, seed " + seed, Await.LIMIT, () -> pipes() > pipesBefore);
    }
  }

  private String seeded() {
    return "seed " + seed;
  }

  private static void inBackground(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException theOtherEndIsGone) {
                return;
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private interface Task {
    void run() throws IOException;
  }

  private static Flow onlyFlowOf(VirtualServer edge) {
    Await.until("the flow", () -> edge.flows().size() == 1);
    return edge.flows().iterator().next();
  }

  /** Waits until nothing moves any more, as the client does not read. */
  private static long stuckAt(Flow flow) {
    Await.until("bulk to begin", () -> flow.bytesFromMember() > 0);
    return Await.settled("bytes read from the member", QUIET, flow::bytesFromMember);
  }

  // ---- bytes

  @Test
  void everyByteArrivesBothWaysAtOnceAndIsCounted() throws Exception {
    Data down = Data.random(seed, 24 << 20);
    Data up = Data.random(seed + 1, 24 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Exchange(down, LONGEST_WRITE, seed));
    TestClient client = leaks.client(leaks.start(edge(member)));

    client.collect();
    client.sendInPieces(up, LONGEST_WRITE, new Random(seed));
    expectPipesInUse();
    client.end();

    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(client.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(served.digest()).as(seeded()).isEqualTo(up.digest());
    assertThat(client.digest()).as(seeded()).isEqualTo(down.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.COMPLETED);
    assertThat(flow.bytesFromClient()).as(seeded()).isEqualTo(up.length());
    assertThat(flow.bytesFromMember()).as(seeded()).isEqualTo(down.length());
  }

  @Test
  void tapSeesEveryByte() throws Exception {
    Data down = Data.random(seed, 12 << 20);
    Data up = Data.random(seed + 1, 12 << 20);
    Map<Direction, Data.Digester> seen = new EnumMap<>(Direction.class);
    seen.put(Direction.FROM_CLIENT, new Data.Digester());
    seen.put(Direction.FROM_MEMBER, new Data.Digester());
    ScriptedMember member = leaks.member(new Behaviour.Exchange(down, LONGEST_WRITE, seed));
    VirtualServer edge =
        leaks.start(edge(member).tap((flow, direction, bytes) -> seen.get(direction).add(bytes)));
    TestClient client = leaks.client(edge);

    client.collect();
    client.sendInPieces(up, LONGEST_WRITE, new Random(seed));
    client.end();

    assertThat(client.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    log.awaitClose();
    assertThat(client.digest()).as(seeded()).isEqualTo(down.digest());
    assertThat(served.digest()).as(seeded()).isEqualTo(up.digest());
    assertThat(seen.get(Direction.FROM_CLIENT).digest()).as(seeded()).isEqualTo(up.digest());
    assertThat(seen.get(Direction.FROM_MEMBER).digest()).as(seeded()).isEqualTo(down.digest());
  }

  @Test
  void flowMayTurnFromBulkToChatAndBackAgainAndAgain() throws Exception {
    Random random = new Random(seed);
    int bulk = 3 << 20;
    Data all = Data.random(seed, 4 * (bulk + 20_000));
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    TestClient client = leaks.client(leaks.start(edge(member)));
    int sent = 0;

    for (int round = 0; round < 4; round++) {
      Data part = all.part(sent, bulk);
      inBackground("sender", () -> client.send(part));
      sent += bulk;
      client.readUntil(sent);
      for (int i = 0; i < 60; i++) {
        int length = 1 + random.nextInt(200);
        client.send(all.part(sent, length));
        sent += length;
        client.readUntil(sent);
      }
      assertThat(client.digest())
          .as("%s, round %d", seeded(), round)
          .isEqualTo(all.digestOfFirst(sent));
    }
    expectPipesInUse();
    client.end();
    assertThat(client.readToEnd()).as(seeded()).isEqualTo(Ending.END);
    Flow flow = log.awaitClose();
    assertThat(flow.bytesFromClient()).as(seeded()).isEqualTo(sent);
    assertThat(flow.bytesFromMember()).as(seeded()).isEqualTo(sent);
  }

  // ---- back-pressure

  @Test
  void slowReaderHoldsBulkUpWithoutMemoryAndThenGetsEverything() throws Exception {
    Data flood = Data.random(seed, 40 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Flood(flood));
    VirtualServer edge = leaks.start(edge(member));
    long before = directMemory();
    TestClient client = leaks.own(TestClient.to(edge.address(), SMALL_BUFFER));
    Flow flow = onlyFlowOf(edge);

    long stuck = stuckAt(flow);

    assertThat(stuck).as("read although nobody takes it, %s", seeded()).isLessThan(flood.length());
    assertThat(directMemory() - before).as(seeded()).isLessThan(2 << 20);
    client.readUntil(stuck / 2);
    stuckAt(flow);
    client.collect();
    assertThat(client.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(client.digest()).as(seeded()).isEqualTo(flood.digest());
    client.end();
    assertThat(log.awaitClose().bytesFromMember()).as(seeded()).isEqualTo(flood.length());
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  // ---- ends

  @Test
  void endOfOneDirectionInTheMiddleOfBulkLeavesTheOtherOneGoing() throws Exception {
    Data down = Data.random(seed, 24 << 20);
    Data up = Data.random(seed + 1, 5 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Exchange(down, LONGEST_WRITE, seed));
    TestClient client = leaks.client(leaks.start(edge(member)));

    client.sendInPieces(up, LONGEST_WRITE, new Random(seed));
    client.end();
    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(served.digest()).as(seeded()).isEqualTo(up.digest());

    client.collect();
    assertThat(client.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(client.digest()).as(seeded()).isEqualTo(down.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.COMPLETED);
    assertThat(flow.phase()).as(seeded()).isEqualTo(Flow.Phase.CLIENT_ENDED);
  }

  @Test
  void resetAfterBulkComesAfterEveryByteBeforeIt() throws Exception {
    Data up = Data.random(seed, 16 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Discard());
    TestClient client = leaks.client(leaks.start(edge(member)));
    client.send(up.part(0, up.length() - 1000));
    Peer served = member.awaitFirst();
    served.awaitReceived(up.length() - 1000);

    client.send(up.part(up.length() - 1000, 1000));
    client.reset();

    assertThat(served.awaitEnding()).as(seeded()).isEqualTo(Ending.RESET);
    assertThat(served.digest()).as(seeded()).isEqualTo(up.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.CLIENT_RESET);
    assertThat(flow.bytesFromClient()).as(seeded()).isEqualTo(up.length());
  }

  @Test
  void resetInTheMiddleOfBulkIsNeverTakenForAnEndAndWhatCameBeforeItIsRight() throws Exception {
    Data flood = Data.random(seed, 40 << 20);
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member));
    TestClient client = leaks.client(edge);
    Peer sending = member.awaitFirst();
    inBackground("sender", () -> sending.send(flood)); // and no end after it
    client.collect();
    client.awaitReceived(5 << 20);

    sending.reset();

    assertThat(client.awaitEnding()).as(seeded()).isEqualTo(Ending.RESET);
    assertThat(client.digest()).as(seeded()).isEqualTo(flood.digestOfFirst(client.received()));
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.MEMBER_RESET);
    assertThat(flow.bytesFromMember()).as(seeded()).isGreaterThanOrEqualTo(client.received());
  }

  @Test
  void clientThatGoesWhileBytesWaitForItTakesNothingButItsOwnFlow() throws Exception {
    Data flood = Data.random(seed, 40 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Flood(flood));
    VirtualServer edge = leaks.start(edge(member));
    TestClient leaving = leaks.own(TestClient.to(edge.address(), SMALL_BUFFER));
    Flow stuck = onlyFlowOf(edge);
    leaving.readUntil(stuckAt(stuck) + (1 << 20)); // the first reads need not have been full ones
    stuckAt(stuck);
    expectPipesInUse();
    TestClient staying = leaks.client(edge);
    staying.collect();

    leaving.reset();

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.CLIENT_RESET);
    assertThat(member.awaitFirst().awaitEnding()).as(seeded()).isEqualTo(Ending.RESET);
    assertThat(staying.awaitEnding()).as(seeded()).isEqualTo(Ending.END);
    assertThat(staying.digest()).as(seeded()).isEqualTo(flood.digest());
  }

  @Test
  void flowClosedByTheHostInTheMiddleOfBulkIsReset() throws Exception {
    Data endless = Data.random(seed, 64 << 20);
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member));
    TestClient client = leaks.client(edge);
    Peer served = member.awaitFirst().collect();
    inBackground("server", () -> served.send(endless));
    client.collect();
    inBackground("sender", () -> client.send(endless));
    Flow flow = onlyFlowOf(edge);
    Await.until(
        "bulk both ways",
        () -> flow.bytesFromClient() > 3 << 20 && flow.bytesFromMember() > 3 << 20);

    flow.close();

    // Which of its threads hears of the reset, the one that reads or the one that writes, is
    // chance.
    assertThat(client.awaitEnding()).as(seeded()).isIn(Ending.RESET, Ending.END);
    assertThat(served.awaitEnding()).as(seeded()).isIn(Ending.RESET, Ending.END);
    assertThat(log.awaitClose().closeReason()).as(seeded()).contains(CloseReason.CLOSED_BY_HOST);
    assertThat(client.digest()).as(seeded()).isEqualTo(endless.digestOfFirst(client.received()));
  }

  @Test
  void silentFlowWithBytesWaitingRunsIntoTheIdleTimeout() throws Exception {
    Data flood = Data.random(seed, 40 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Flood(flood));
    VirtualServer edge = leaks.start(edge(member).idleTimeout(Duration.ofSeconds(1)));
    TestClient client = leaks.own(TestClient.to(edge.address(), SMALL_BUFFER));

    Flow flow = log.awaitClose();

    assertThat(flow.closeReason()).as(seeded()).contains(CloseReason.IDLE_TIMEOUT);
    assertThat(client.readToEnd()).as(seeded()).isEqualTo(Ending.RESET);
    assertThat(client.digest()).as(seeded()).isEqualTo(flood.digestOfFirst(client.received()));
  }

  // ---- urgent data, at whose mark a read stops

  @Test
  void bytesAfterAnUrgentOneAreNotLeftWaiting() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    ScriptedMember member = leaks.member(new Behaviour.Discard());
    try (Socket client = clientOf(leaks.start(edge(member).loops(1).listener(waitFor(sent))))) {
      sendAround(client, "before".getBytes(US_ASCII), "after".getBytes(US_ASCII));
      sent.countDown();

      member.awaitFirst().awaitReceived(11);
      assertThat(member.awaitFirst().text()).isEqualTo("beforeafter");
    }
  }

  @Test
  void bytesBetweenAnUrgentOneAndTheEndAreNotLost() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    ScriptedMember member = leaks.member(new Behaviour.Discard());
    try (Socket client = clientOf(leaks.start(edge(member).loops(1).listener(waitFor(sent))))) {
      sendAround(client, "before".getBytes(US_ASCII), "after".getBytes(US_ASCII));
      client.shutdownOutput();
      sent.countDown();

      assertThat(member.awaitFirst().awaitEnding()).isEqualTo(Ending.END);
      assertThat(member.awaitFirst().text()).isEqualTo("beforeafter");
    }
  }

  @Test
  void bulkGoesOnAfterAnUrgentByte() throws Exception {
    Data before = Data.random(seed, 6 << 20);
    Data after = Data.random(seed + 1, 6 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Discard());
    try (Socket client = clientOf(leaks.start(edge(member)))) {
      byte[] all = new byte[before.length() + after.length()];
      new Random(seed).nextBytes(all);
      client.getOutputStream().write(all, 0, before.length());
      client.sendUrgentData('!');
      client.getOutputStream().write(all, before.length(), after.length());
      client.shutdownOutput();

      assertThat(member.awaitFirst().awaitEnding()).as(seeded()).isEqualTo(Ending.END);
      assertThat(member.awaitFirst().digest())
          .as(seeded())
          .isEqualTo(Data.random(seed, all.length).digest());
    }
  }

  /** Keeps the loop from reading, so that everything is there when it begins to. */
  private static FlowListener waitFor(CountDownLatch latch) {
    return new FlowListener() {
      @Override
      public void onConnected(Flow flow) {
        try {
          latch.await();
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static Socket clientOf(VirtualServer edge) throws IOException {
    InetSocketAddress address = (InetSocketAddress) edge.address();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void sendAround(Socket client, byte[] before, byte[] after) throws IOException {
    client.getOutputStream().write(before);
    client.sendUrgentData('!');
    client.getOutputStream().write(after);
  }
}
