package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Client and member must not be able to tell that there are two connections between them. */
@Timeout(60)
class TcpFaithfulnessTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private VirtualServer edge(ScriptedMember... members) {
    return leaks.start(Edges.edge(members).listener(log));
  }

  // ---- half-close

  @Test
  void replySurvivesClientHalfClose() throws Exception {
    Data request = Data.random(1, 100_000);
    Data reply = Data.random(2, 1_000_000);
    ScriptedMember member = leaks.member(new Behaviour.ReplyAfterEnd(reply));
    TestClient client = leaks.client(edge(member));

    client.send(request);
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(reply.digest());
    assertThat(member.awaitFirst().digest()).isEqualTo(request.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.COMPLETED);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CLIENT_ENDED);
  }

  @Test
  void uploadSurvivesMemberHalfClose() throws Exception {
    Data greeting = Data.random(3, 10_000);
    Data upload = Data.random(4, 1_000_000);
    ScriptedMember member = leaks.member(new Behaviour.HalfCloseAfter(greeting));
    TestClient client = leaks.client(edge(member));

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(greeting.digest());
    client.send(upload);
    client.end();

    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).isEqualTo(Ending.END);
    assertThat(served.digest()).isEqualTo(upload.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.COMPLETED);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.MEMBER_ENDED);
  }

  @Test
  void bothMayEndAtOnce() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Exchange(Data.random(5, 1000), 1000, 5));
    TestClient client = leaks.client(edge(member));

    client.send(Data.random(6, 1000));
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(member.awaitFirst().awaitEnding()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(Data.random(5, 1000).digest());
    assertThat(member.awaitFirst().digest()).isEqualTo(Data.random(6, 1000).digest());
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void emptyStreamsComplete() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.CloseOnAccept());
    TestClient client = leaks.client(edge(member));

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    client.end();

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void clientMayEndWhileTheConnectIsUnderWay() throws Exception {
    Data request = Data.random(7, 20_000);
    Data reply = Data.random(8, 20_000);
    Nowhere silent = leaks.own(Nowhere.silent());
    ScriptedMember member = leaks.member(new Behaviour.ReplyAfterEnd(reply));
    VirtualServer edge =
        leaks.start(
            Edges.edge(Edges.pool(silent.spec(), member.spec()))
                .connectTimeout(Duration.ofMillis(500))
                .listener(log));
    TestClient client = leaks.client(edge);

    client.send(request);
    client.end();
    Await.until(
        "the flow to be connecting",
        () -> edge.flows().stream().anyMatch(flow -> flow.phase() == Flow.Phase.CONNECTING));

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(reply.digest());
    assertThat(member.awaitFirst().digest()).isEqualTo(request.digest());
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  // ---- resets

  @Test
  void membersResetReachesTheClientAfterTheBytesBeforeIt() throws Exception {
    Data cutReply = Data.random(9, 30_000);
    ScriptedMember member = leaks.member(new Behaviour.ResetAfter(7, cutReply));
    TestClient client = leaks.client(edge(member));

    client.send("request");

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    Flow flow = log.awaitClose();
    assertThat(client.digest()).as("%s", flow).isEqualTo(cutReply.digest());
    assertThat(flow.closeReason()).contains(CloseReason.MEMBER_RESET);
  }

  @Test
  void clientsResetReachesTheMemberAfterTheBytesBeforeIt() throws Exception {
    Data cutRequest = Data.random(10, 30_000);
    ScriptedMember member = leaks.member(new Behaviour.Discard());
    VirtualServer edge = edge(member);
    TestClient client = leaks.client(edge);

    client.send(cutRequest);
    Await.until(
        "the member to be connected",
        () -> edge.flows().stream().anyMatch(flow -> flow.phase() == Flow.Phase.RELAYING));
    client.reset();

    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).isEqualTo(Ending.RESET);
    assertThat(served.digest()).isEqualTo(cutRequest.digest());
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_RESET);
  }

  @Test
  void resetAfterTheOwnEndIsStillAReset() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    TestClient client = leaks.client(edge(member));
    client.send("request");
    client.end();
    Peer served = member.awaitFirst();
    assertThat(served.readToEnd()).isEqualTo(Ending.END);

    served.send("half a rep");
    served.reset();

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(client.text()).isEqualTo("half a rep");
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.MEMBER_RESET);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CLIENT_ENDED);
  }

  @Test
  void earlyAnswerReachesAClientThatStillUploads() throws Exception {
    Data answer = Data.random(11, 16_000);
    ScriptedMember member = leaks.member(new Behaviour.ReplyThenClose(1000, answer));
    VirtualServer edge = edge(member);

    for (int round = 0; round < 50; round++) {
      TestClient client = leaks.client(edge);
      client.collect();
      uploadWhilePossible(client);

      // As without anyone between: a FIN if the member had read everything when it closed.
      assertThat(client.awaitEnding()).isIn(Ending.RESET, Ending.END);
      assertThat(client.digest()).as("round %d", round).isEqualTo(answer.digest());
    }
    assertThat(log.awaitCloses(50))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.MEMBER_RESET));
  }

  private static void uploadWhilePossible(TestClient client) {
    byte[] piece = new byte[4096];
    try {
      while (true) {
        client.send(piece);
      }
    } catch (IOException memberIsGone) {
      return;
    }
  }

  // ---- bytes

  @Test
  void everyByteArrivesInOrderBothWaysAtOnce() throws Exception {
    long seed = System.nanoTime();
    Data down = Data.random(seed, 8 << 20);
    Data up = Data.random(seed + 1, 8 << 20);
    ScriptedMember member =
        leaks.own(ScriptedMember.with(new Behaviour.Exchange(down, 20_000, seed), 4096));
    TestClient client = leaks.own(TestClient.to(edge(member).address(), 4096));

    client.collect();
    client.sendInPieces(up, 20_000, new Random(seed));
    client.end();

    Peer served = member.awaitFirst();
    assertThat(served.awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(client.awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(served.digest()).as("seed %d", seed).isEqualTo(up.digest());
    assertThat(client.digest()).as("seed %d", seed).isEqualTo(down.digest());
    Flow flow = log.awaitClose();
    assertThat(flow.bytesFromClient()).isEqualTo(up.length());
    assertThat(flow.bytesFromMember()).isEqualTo(down.length());
  }

  @Test
  void writesOfOneByteArriveInOrderBothWaysAtOnce() throws Exception {
    long seed = System.nanoTime();
    Data down = Data.random(seed, 100_000);
    Data up = Data.random(seed + 1, 100_000);
    ScriptedMember member =
        leaks.own(ScriptedMember.with(new Behaviour.Exchange(down, 1, seed), 4096));
    TestClient client = leaks.own(TestClient.to(edge(member).address(), 4096));

    client.collect();
    client.sendInPieces(up, 1, new Random(seed));
    client.end();

    assertThat(client.awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(member.awaitFirst().awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(member.awaitFirst().digest()).as("seed %d", seed).isEqualTo(up.digest());
    assertThat(client.digest()).as("seed %d", seed).isEqualTo(down.digest());
  }

  @Test
  void slowReadersDoNotTakeMemory() throws Exception {
    Data flood = Data.random(12, 7 << 20);
    ScriptedMember member = leaks.member(new Behaviour.Flood(flood));
    VirtualServer edge = leaks.start(Edges.edge(member).loops(1).listener(log));
    long before = directMemory();

    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      clients.add(leaks.own(TestClient.to(edge.address(), 4096)));
    }
    long stuck =
        Await.settled(
            "bytes read from the members",
            Duration.ofMillis(200),
            () -> edge.flows().stream().mapToLong(Flow::bytesFromMember).sum());

    assertThat(stuck).as("read although nobody takes it").isLessThan(40L * flood.length());
    assertThat(directMemory() - before).isLessThan(12 << 20);
    clients.forEach(Peer::collect);
    for (TestClient client : clients) {
      assertThat(client.awaitEnding()).isEqualTo(Ending.END);
      assertThat(client.digest()).isEqualTo(flood.digest());
    }
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  // ---- kinds of addresses

  @Test
  void servesOverIpv6() throws Exception {
    Optional<InetAddress> loopback = Loopback.ipv6();
    assumeTrue(loopback.isPresent(), "no ::1 on this machine");
    InetSocketAddress anyPort = new InetSocketAddress(loopback.get(), 0);
    ScriptedMember member = leaks.own(ScriptedMember.at(anyPort, new Behaviour.Echo()));
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge").listen("::1", 0).pool(Edges.pool(member)).loops(2));
    TestClient client = leaks.client(edge);

    assertThat(client.ask("hello")).isEqualTo("hello");
    assertThat(edge.flows().toString()).contains("[0:0:0:0:0:0:0:1]:");
    client.end();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
  }

  @Test
  void servesOverUnixDomainSocketsOnBothSides(@TempDir Path directory) throws Exception {
    SocketAddress memberPath = UnixDomainSocketAddress.of(directory.resolve("member"));
    Path edgePath = directory.resolve("edge");
    Data reply = Data.random(13, 1_000_000);
    ScriptedMember member =
        leaks.own(ScriptedMember.at(memberPath, new Behaviour.ReplyAfterEnd(reply)));
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen(ServiceAddress.unix(edgePath))
                .pool(Edges.pool(member))
                .loops(2)
                .listener(log));
    TestClient client = leaks.client(edge);

    client.send("request");
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.digest()).isEqualTo(reply.digest());
    assertThat(member.awaitFirst().text()).isEqualTo("request");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
    edge.close();
    assertThat(Files.exists(edgePath)).as("socket file is left").isFalse();
  }

  @Test
  void listensOnSeveralAddressesAtOnce(@TempDir Path directory) throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer.Builder builder =
        Edges.edge(member)
            .listen("127.0.0.1", 0)
            .listen(ServiceAddress.unix(directory.resolve("edge")));
    if (Loopback.ipv6().isPresent()) {
      builder.listen("::1", 0);
    }
    VirtualServer edge = leaks.start(builder);

    assertThat(edge.addresses()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(3);
    assertThat(edge.address()).isEqualTo(edge.addresses().get(0));
    for (SocketAddress address : edge.addresses()) {
      assertThat(leaks.own(TestClient.to(address)).ask("to " + address)).isEqualTo("to " + address);
      assertThat(edge.flows().stream().map(Flow::virtualServerAddress)).contains(address);
    }
  }

  @Test
  void memberSeesThePinnedVirtualClient() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(member).virtualClient("127.0.0.2"));
    TestClient client = leaks.client(edge);

    assertThat(client.ask("hello")).isEqualTo("hello");

    InetSocketAddress seen = (InetSocketAddress) member.awaitFirst().remoteAddress();
    assertThat(seen.getAddress().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(edge.flows().iterator().next().virtualClient()).contains(seen);
  }
}
