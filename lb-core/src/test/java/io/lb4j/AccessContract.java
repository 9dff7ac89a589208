package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, on real sockets. */
@Timeout(60)
abstract class AccessContract {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private ScriptedMember member;

  abstract TransportKind transport();

  @BeforeEach
  void openMember() throws IOException {
    member = leaks.member(new Behaviour.Echo());
  }

  private VirtualServer.Builder edge(AccessPolicy policy) {
    return Edges.edge(member).transport(transport()).listener(log).access(policy);
  }

  private TestClient letIn(VirtualServer edge) throws IOException {
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");
    return client;
  }

  private void refused(VirtualServer edge) throws IOException {
    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
  }

  @Test
  void deniedClientIsResetBeforeAMemberHearsOfItAndListenersAreTold() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open().deny("127.0.0.0/8")));
    refused(edge);

    Flow flow = log.awaitClose();
    assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose DENIED");
    assertThat(flow.phase()).isEqualTo(Flow.Phase.ACCEPTED);
    assertThat(flow.member()).isEmpty();
    assertThat(edge.flows().closed(CloseReason.DENIED)).isEqualTo(1);
    assertThat(edge.accessCounters().denied()).isEqualTo(1);
    assertThat(edge.pool().members().get(0).flowsTotal()).isZero();
  }

  @Test
  void deniedClientsUseUpNoRateOfConnections() throws Exception {
    VirtualServer edge =
        leaks.start(edge(AccessPolicy.open().deny("127.0.0.1")).maxConnectionRate(1));
    for (int i = 0; i < 5; i++) {
      refused(edge);
    }
    assertThat(edge.flows().closed(CloseReason.CONNECTION_RATE)).isZero();
    try (TestClient other = TestClient.from(Loopback.port(2, 0), edge.address())) {
      assertThat(other.ask("hello")).isEqualTo("hello");
    }
  }

  @Test
  void anotherPolicyCountsForNewFlowsAndLeavesOpenOnesAlone() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open()));
    TestClient open = letIn(edge);
    AccessPolicy closed = AccessPolicy.open().allow("10.0.0.0/8");
    edge.access(closed);
    assertThat(edge.access()).isSameAs(closed);

    refused(edge);
    assertThat(open.ask("still here")).isEqualTo("still here");
    edge.access(closed.allow("127.0.0.1"));
    letIn(edge);
  }

  @Test
  void ipv4ClientOfAnIpv6ListenerMatchesIpv4Networks() throws Exception {
    assumeTrue(takesIpv4(), "no listener of both families here");
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen("::", 0)
                .pool(Edges.pool(member))
                .transport(transport())
                .loops(1)
                .access(AccessPolicy.open().deny("127.0.0.1")));
    int port = ((InetSocketAddress) edge.address()).getPort();
    try (TestClient client = TestClient.to(Loopback.port(1, port))) {
      assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    }
    edge.access(AccessPolicy.open().allow("127.0.0.1"));
    try (TestClient client = TestClient.to(Loopback.port(1, port))) {
      assertThat(client.ask("hello")).isEqualTo("hello");
    }
  }

  private static boolean takesIpv4() throws IOException {
    if (Loopback.ipv6().isEmpty()) {
      return false;
    }
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("::"));
        TestClient client = TestClient.to(Loopback.port(1, server.getLocalPort()))) {
      return client.ending() == Ending.OPEN;
    } catch (IOException oneFamilyAlone) {
      return false;
    }
  }

  @Test
  void unixDomainClientsAreNotOnTheLists(@TempDir Path directory) throws Exception {
    ServiceAddress path = ServiceAddress.unix(directory.resolve("edge.sock"));
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen(path)
                .pool(Edges.pool(member))
                .transport(transport())
                .loops(1)
                .access(AccessPolicy.open().allow("10.0.0.0/8").maxFlowsPerClient(1)));
    letIn(edge);
    letIn(edge);
  }

  @Test
  void clientHasSoManyFlowsOverAllLoopsAndAnotherOnceOneHasEnded() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open().maxFlowsPerClient(3)).loops(2));
    List<TestClient> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(letIn(edge));
    }
    refused(edge);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_LIMIT);
    assertThat(log.eventsOf(log.awaitClose())).containsExactly("onOpen", "onClose CLIENT_LIMIT");
    try (TestClient other = TestClient.from(Loopback.port(2, 0), edge.address())) {
      assertThat(other.ask("hello")).isEqualTo("hello");
    }

    open.get(1).reset();
    log.awaitCloses(3);
    letIn(edge);
    refused(edge);
    assertThat(edge.accessCounters().clientLimit()).isEqualTo(2);
  }

  @Test
  void placesComeBackHoweverFlowsEnd() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(AccessPolicy.open().maxFlowsPerClient(2)).idleTimeout(Duration.ofMillis(100)));
    int ended = 0;
    for (int round = 0; round < 3; round++) {
      TestClient one = letIn(edge);
      TestClient other = letIn(edge);
      if (round == 0) {
        one.end();
        one.readToEnd();
        other.reset();
      } else if (round == 1) {
        edge.flows().forEach(Flow::close);
      }
      ended += 2;
      log.awaitCloses(ended);
    }
    assertThat(edge.accessCounters().clientLimit()).isZero();
    assertThat(edge.flows().closed(CloseReason.IDLE_TIMEOUT)).isGreaterThanOrEqualTo(2);
  }

  @Test
  void flowsThatFindNoMemberGiveTheirPlacesBack() throws Exception {
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen("127.0.0.1", 0)
                .loops(1)
                .transport(transport())
                .pool(Pool.builder("empty").build())
                .listener(log)
                .access(AccessPolicy.open().maxFlowsPerClient(1)));
    for (int i = 1; i <= 3; i++) {
      refused(edge);
      assertThat(log.awaitCloses(i).get(i - 1).closeReason()).contains(CloseReason.NO_MEMBER);
    }
  }

  @Test
  void clientsThatComeTooFastAreReset() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open().flowsPerSecondPerClient(2)));
    List<TestClient> clients = new ArrayList<>();
    long begun = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      clients.add(leaks.client(edge));
    }
    Await.until("all to be seen", () -> edge.flows().opened() == 20);
    long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 1;
    assertThat(clients.get(0).ask("hello")).isEqualTo("hello");

    long refused = edge.flows().closed(CloseReason.CLIENT_RATE);
    assertThat(20 - refused).isBetween(2L, 2 * (seconds + 1));
    assertThat(edge.accessCounters().clientRate()).isEqualTo(refused);
  }

  @Test
  void admissionRefusesOnTheFlowsLoopBeforeAMemberIsChosen() throws Exception {
    AtomicReference<String> thread = new AtomicReference<>();
    VirtualServer edge =
        leaks.start(
            edge(
                AccessPolicy.open()
                    .admission(
                        flow -> {
                          thread.set(Thread.currentThread().getName());
                          return flow.id() > 1 && flow.member().isEmpty();
                        })));
    refused(edge);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.NOT_ADMITTED);
    assertThat(thread.get()).startsWith("lb4j-edge-loop-");
    letIn(edge);
  }

  @Test
  void admissionThatThrowsCostsItsFlowAlone() throws Exception {
    leaks.expectStackTraces();
    VirtualServer edge =
        leaks.start(
            edge(
                AccessPolicy.open()
                    .admission(
                        flow -> {
                          if (flow.id() == 1) {
                            throw new IllegalStateException("by the host");
                          }
                          return true;
                        })));
    refused(edge);
    letIn(edge);
    assertThat(edge.accessCounters().failedAdmissions()).isEqualTo(1);
    assertThat(edge.accessCounters().notAdmitted()).isEqualTo(1);
  }

  @Test
  void admissionMayCloseItsFlow() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(
                AccessPolicy.open()
                    .maxFlowsPerClient(1)
                    .admission(
                        flow -> {
                          if (flow.id() == 1) {
                            flow.close();
                          }
                          return true;
                        })));
    refused(edge);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLOSED_BY_HOST);
    letIn(edge);
  }

  @Test
  void dryRunLetsEveryoneInAndTells() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open().deny("127.0.0.1").dryRun(true)));
    letIn(edge).end();

    Flow flow = log.awaitClose();
    assertThat(log.eventsOf(flow))
        .containsExactly("onOpen", "onSpared DENIED", "onConnected", "onClose COMPLETED");
    assertThat(edge.accessCounters().denied()).isEqualTo(1);
    assertThat(edge.accessCounters().spared()).isEqualTo(1);
    assertThat(edge.flows().closed(CloseReason.DENIED)).isZero();
  }

  // ---- behind a proxy

  @Test
  void addressThatATrustedProxyTellsIsTheOneThatCounts() throws Exception {
    AccessPolicy policy = AccessPolicy.open().deny("127.0.0.0/8", "192.0.2.9").maxFlowsPerClient(1);
    VirtualServer edge =
        leaks.start(edge(policy).trustedProxies(TrustedProxies.in("127.0.0.1/32")));
    for (String client : List.of("192.0.2.1", "192.0.2.2")) {
      TestClient proxy = leaks.client(edge);
      proxy.send("PROXY TCP4 " + client + " 192.0.2.100 4000 80\r\n");
      assertThat(proxy.ask("hello")).isEqualTo("hello");
    }
    for (String refused : List.of("192.0.2.9", "192.0.2.1")) {
      TestClient proxy = leaks.client(edge);
      proxy.send("PROXY TCP4 " + refused + " 192.0.2.100 4000 80\r\n");
      assertThat(proxy.readToEnd()).isEqualTo(Ending.RESET);
    }
    assertThat(log.awaitCloses(2))
        .extracting(flow -> flow.closeReason().orElseThrow())
        .containsExactly(CloseReason.DENIED, CloseReason.CLIENT_LIMIT);
    assertThat(edge.flows().size()).isEqualTo(2);
  }

  // ---- by the first bytes

  private static KeySource firstByte() {
    return KeySource.inspected(
        "first byte",
        bytes ->
            bytes.hasRemaining()
                ? Inspection.key(String.valueOf((char) bytes.get()))
                : Inspection.needMore());
  }

  @Test
  void clientsAreLimitedByWhatTheySayFirst() throws Exception {
    AccessPolicy policy = AccessPolicy.open().maxFlowsPerClient(1).clientKey(firstByte());
    VirtualServer edge = leaks.start(edge(policy));
    TestClient anna = leaks.client(edge);
    assertThat(anna.ask("anna")).isEqualTo("anna");
    TestClient bert = leaks.client(edge);
    assertThat(bert.ask("bert")).isEqualTo("bert");
    TestClient again = leaks.client(edge);
    again.send("again");
    assertThat(again.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_LIMIT);
  }

  @Test
  void limitsByAddressAndListsDoNotWaitForTheFirstBytes() throws Exception {
    AtomicReference<String> said = new AtomicReference<>("");
    KeySource first = firstByte();
    AccessPolicy policy =
        AccessPolicy.open()
            .maxFlowsPerClient(1)
            .admission(
                flow -> {
                  said.set(flow.key(first).map(FlowKey::toString).orElse("nothing"));
                  return true;
                });
    Pool pool = Pool.builder("web").member(member.spec()).strategy(new Asking(first)).build();
    VirtualServer edge =
        leaks.start(Edges.edge(pool).transport(transport()).listener(log).access(policy));
    TestClient silent = leaks.client(edge);
    Await.until("the silent one to be in", () -> edge.flows().size() == 1);
    refused(edge);
    assertThat(said.get()).isEmpty();
    assertThat(silent.ask("hello")).isEqualTo("hello");
    assertThat(said.get()).isEqualTo("h");
  }

  private record Asking(KeySource source) implements BalancingStrategy {
    @Override
    public Chooser over(List<PoolMember> available) {
      return flow -> available.get(0);
    }

    @Override
    public List<KeySource> keySources() {
      return List.of(source);
    }
  }

  @Test
  void clientKeyThatNobodyLooksForIsRefusedWithTheRemedy() throws Exception {
    VirtualServer edge = leaks.start(edge(AccessPolicy.open()));
    KeySource source = firstByte();
    assertThatIllegalStateException()
        .isThrownBy(() -> edge.access(AccessPolicy.open().maxFlowsPerClient(1).clientKey(source)))
        .withMessage(
            "virtual server edge: clientKey "
                + source
                + " is not looked for; have a policy with it in the builder's access()");
    edge.access(AccessPolicy.open().clientKey(source));
    letIn(edge).send(new String(new byte[1], StandardCharsets.US_ASCII));
  }
}
