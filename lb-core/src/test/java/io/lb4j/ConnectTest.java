package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.lb4j.ConnectAttempt.Outcome;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a flow when connecting to members goes well, badly, or not at all. */
@Timeout(60)
class ConnectTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private Nowhere refusing() throws IOException {
    return leaks.own(Nowhere.refusing());
  }

  private Nowhere silent() throws IOException {
    return leaks.own(Nowhere.silent());
  }

  private VirtualServer.Builder edge(MemberSpec... members) {
    return Edges.edge(Edges.pool(members)).listener(log);
  }

  private static List<Outcome> outcomes(Flow flow) {
    return flow.attempts().stream().map(ConnectAttempt::outcome).toList();
  }

  private static List<PoolMember> tried(Flow flow) {
    return flow.attempts().stream().map(ConnectAttempt::member).toList();
  }

  // ---- the next member

  @Test
  void nextMemberIsTriedWhenOneRefuses() throws Exception {
    Nowhere refusing = refusing();
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(refusing.spec(), echo.spec()));

    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");

    Flow flow = edge.flows().iterator().next();
    List<PoolMember> members = edge.pool().members();
    assertThat(outcomes(flow)).containsExactly(Outcome.REFUSED, Outcome.CONNECTED);
    assertThat(tried(flow)).isEqualTo(members);
    assertThat(flow.attempts().get(0).detail()).isEqualTo("connect refused");
    assertThat(flow.member()).contains(members.get(1));
    assertThat(members.get(0).connectFailures()).isEqualTo(1);
    assertThat(members.get(0).activeFlows()).isZero();
    assertThat(members.get(0).flowsTotal()).isZero();
    assertThat(members.get(1).flowsTotal()).isEqualTo(1);
    assertThat(log.eventsOf(flow))
        .containsExactly("onOpen", "onConnectFailed REFUSED", "onConnected");
  }

  @Test
  void nextMemberIsTriedWhenOneIsSilentForTheConnectTimeout() throws Exception {
    Nowhere silent = silent();
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        leaks.start(edge(silent.spec(), echo.spec()).connectTimeout(Duration.ofMillis(300)));

    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");

    Flow flow = edge.flows().iterator().next();
    assertThat(outcomes(flow)).containsExactly(Outcome.TIMED_OUT, Outcome.CONNECTED);
    assertThat(flow.attempts().get(0).duration())
        .isBetween(Duration.ofMillis(299), Duration.ofSeconds(10));
  }

  @Test
  void missingSocketFileIsARefusal(@TempDir Path directory) throws Exception {
    MemberSpec missing = MemberSpec.of(ServiceAddress.unix(directory.resolve("missing")));
    VirtualServer edge = leaks.start(edge(missing));

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);

    assertThat(outcomes(log.awaitClose())).containsExactly(Outcome.REFUSED);
  }

  @Test
  void noMemberIsTriedTwiceNorMoreThanTheAttemptsAllow() throws Exception {
    MemberSpec[] members = new MemberSpec[5];
    for (int i = 0; i < members.length; i++) {
      members[i] = refusing().spec();
    }
    VirtualServer edge = leaks.start(edge(members).connectAttempts(4));

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.CONNECT_FAILED);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CONNECTING);
    assertThat(tried(flow)).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void clientIsResetWhenAllMembersRefuse() throws Exception {
    VirtualServer edge = leaks.start(edge(refusing().spec(), refusing().spec()));
    TestClient client = leaks.client(edge);

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.CONNECT_FAILED);
    assertThat(outcomes(flow)).containsExactly(Outcome.REFUSED, Outcome.REFUSED);
    assertThat(flow.virtualClient()).isEmpty();
    assertThat(flow.toString()).contains("CONNECT_FAILED", "REFUSED after");
    assertThat(edge.flows().closed(CloseReason.CONNECT_FAILED)).isEqualTo(1);
  }

  @Test
  void connectIsNotTriedAgainOnceClientBytesReachedAMember() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.ResetAfter(1));
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(first.spec(), second.spec()));
    TestClient client = leaks.client(edge);

    client.send("order");

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.MEMBER_RESET);
    assertThat(second.accepted()).isEmpty();
  }

  @Test
  void memberThatResetsAtOnceCostsTheClientOneConnectionAtMost() throws Exception {
    ScriptedMember rude = leaks.member(new Behaviour.ResetAfter(0));
    VirtualServer edge = leaks.start(edge(rude.spec()));

    for (int i = 0; i < 100; i++) {
      TestClient client = leaks.client(edge);
      assertThat(client.readToEnd()).as("client %d", i).isEqualTo(Ending.RESET);
    }

    // Whether the reset comes before or after the connect is looked at is a matter of luck.
    assertThat(log.awaitCloses(100))
        .allSatisfy(
            flow ->
                assertThat(flow.closeReason().orElseThrow())
                    .isIn(CloseReason.MEMBER_RESET, CloseReason.CONNECT_FAILED));
  }

  // ---- nobody there

  @Test
  void clientIsResetWhenThereIsNoMember() throws Exception {
    VirtualServer edge = leaks.start(edge());
    int startLines = leaks.messages(Level.INFO).size();

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.NO_MEMBER);
    assertThat(flow.phase()).isEqualTo(Flow.Phase.ACCEPTED);
    assertThat(flow.member()).isEmpty();
    assertThat(edge.flows().closed(CloseReason.NO_MEMBER)).isEqualTo(1);
    assertThat(leaks.messages(Level.INFO)).hasSize(startLines);
  }

  @Test
  void clientIsResetWhenEveryMemberIsDisabledOrDraining() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    ScriptedMember other = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo.spec(), other.spec()));
    edge.pool().members().get(0).disable();
    edge.pool().members().get(1).drain();

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.NO_MEMBER);

    edge.pool().members().get(0).enable();
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    assertThat(other.accepted()).isEmpty();
  }

  // ---- the client goes first

  /** Fault 11. */
  @Test
  void connectMayFailAfterTheClientHasGone() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(silent().spec(), refusing().spec()).connectTimeout(Duration.ofMillis(300)));
    TestClient client = leaks.client(edge);
    awaitConnecting(edge, 1);

    client.reset();

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason().orElseThrow())
        .isIn(CloseReason.CONNECT_FAILED, CloseReason.CLIENT_RESET);
    assertThat(edge.pool().members()).allSatisfy(m -> assertThat(m.activeFlows()).isZero());
  }

  /** Fault 37. */
  @Test
  void clientsThatLeaveDuringTheConnectAreFreedByTheConnectTimeout() throws Exception {
    VirtualServer edge = leaks.start(edge(silent().spec()).connectTimeout(Duration.ofMillis(500)));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clients.add(leaks.client(edge));
    }
    awaitConnecting(edge, 1);

    for (int i = 0; i < clients.size(); i++) {
      if (i % 2 == 0) {
        clients.get(i).reset();
      } else {
        clients.get(i).close();
      }
    }

    assertThat(log.awaitCloses(50))
        .allSatisfy(flow -> assertThat(flow.age()).isLessThan(Duration.ofSeconds(10)));
    assertThat(edge.pool().members().get(0).activeFlows()).isZero();
  }

  /** Fault 36. */
  @Test
  void clientsResetFreesBothSocketsThoughTheMemberNeverCloses() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = leaks.start(edge(member.spec()));
    TestClient client = leaks.client(edge);
    client.send("request");
    Peer served = member.awaitFirst();
    served.readUntil(7);

    client.reset();

    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.CLIENT_RESET);
    assertThat(flow.age()).as("no half-close timeout").isLessThan(Duration.ofSeconds(20));
    assertThat(served.readToEnd()).isEqualTo(Ending.RESET);
  }

  private static void awaitConnecting(VirtualServer edge, int flows) {
    Await.until(
        () -> flows + " flows to be connecting:\n" + edge.flows(),
        Await.LIMIT,
        () ->
            edge.flows().stream().filter(f -> f.phase() == Flow.Phase.CONNECTING).count() >= flows);
  }

  /** Fault 2: whichever socket is handled first closes the other, which is ready as well. */
  @Test
  void bothSidesMayGoInTheSameTurnOfTheLoop() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FlowListener holdsTheLoop =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            if (flow.id() > 40) {
              held.countDown();
              awaitQuietly(goOn);
            }
          }
        };
    VirtualServer edge = leaks.start(edge(member.spec()).loops(1).listener(holdsTheLoop));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      clients.add(leaks.client(edge));
    }
    List<Peer> served = member.await(40);
    TestClient bystander = leaks.client(edge);
    awaitQuietly(held);
    for (int i = 0; i < 40; i++) {
      if (i % 4 == 0) {
        clients.get(i).send("last words");
      }
      if (i % 2 == 0) {
        served.get(i).reset();
        clients.get(i).reset();
      } else {
        clients.get(i).reset();
        served.get(i).close();
      }
    }

    goOn.countDown();

    log.awaitCloses(40);
    Peer witness = member.await(41).get(40);
    bystander.send("alive");
    witness.readUntil(5);
    assertThat(witness.text()).isEqualTo("alive");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    Await.until("the latch", () -> latch.getCount() == 0);
  }

  // ---- our own address

  @Test
  void virtualClientThatIsNoAddressOfThisMachineFailsTheStart() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer.Builder edge = edge(echo.spec()).virtualClient("192.0.2.1");

    assertThatThrownBy(edge::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("virtual server edge")
        .hasMessageContaining("192.0.2.1");
  }

  @Test
  void ipv4MemberCannotBeReachedFromAPinnedIpv6Address() throws Exception {
    assumeTrue(Loopback.ipv6().isPresent(), "no ::1 on this machine");
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(edge(echo.spec()).virtualClient("::1"));

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);

    assertThat(outcomes(log.awaitClose())).containsExactly(Outcome.UNREACHABLE);
  }

  @Test
  void ipv6MemberCannotBeReachedFromAPinnedIpv4Address() throws Exception {
    Optional<InetAddress> loopback = Loopback.ipv6();
    assumeTrue(loopback.isPresent(), "no ::1 on this machine");
    InetSocketAddress anyPort = new InetSocketAddress(loopback.get(), 0);
    ScriptedMember echo = leaks.own(ScriptedMember.at(anyPort, new Behaviour.Echo()));
    VirtualServer edge = leaks.start(edge(echo.spec()).virtualClient("127.0.0.2"));

    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CONNECT_FAILED);
  }
}
