package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that go while their flow waits for a store or for its member's handshake. */
@Timeout(60)
class ClientLossTest {
  private static final Duration LONG = Duration.ofSeconds(50); // no test is ended by a timeout

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private final AskedStore store = new AskedStore();

  /** A store that answers when the test says so. */
  private static final class AskedStore implements PersistenceStore {
    final Queue<CompletableFuture<Optional<ServiceAddress>>> open = new ConcurrentLinkedQueue<>();

    @Override
    public CompletionStage<Optional<ServiceAddress>> find(FlowKey key, Duration life) {
      CompletableFuture<Optional<ServiceAddress>> answer = new CompletableFuture<>();
      open.add(answer);
      return answer;
    }

    @Override
    public CompletionStage<?> put(FlowKey key, ServiceAddress member, Duration life) {
      return CompletableFuture.completedStage(true);
    }

    /** Waits until it was asked. */
    CompletableFuture<Optional<ServiceAddress>> asked() {
      Await.until("the store to be asked", () -> !open.isEmpty());
      return open.remove();
    }
  }

  private VirtualServer start(Pool pool, PersistencePolicy persistence, TransportKind transport) {
    return leaks.start(
        Edges.edge(pool)
            .transport(transport)
            .loops(1)
            .connectTimeout(LONG)
            .persistence(persistence.lookupTimeout(LONG))
            .listener(log));
  }

  /** On a transport that tells of a loss without a read. */
  private VirtualServer start(Pool pool, PersistencePolicy persistence) {
    VirtualServer edge = start(pool, persistence, TransportKind.AUTO);
    assumeTrue(edge.transport() == TransportKind.EPOLL);
    return edge;
  }

  private VirtualServer start(Pool pool) {
    return start(pool, PersistencePolicy.none());
  }

  private ScriptedMember echo() throws IOException {
    return leaks.member(new Behaviour.Echo());
  }

  private Nowhere silent() throws IOException {
    return leaks.own(Nowhere.silent());
  }

  private Flow awaitLoss() {
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.CLIENT_RESET);
    return flow;
  }

  private static long connecting(VirtualServer edge) {
    return edge.flows().stream().filter(flow -> flow.phase() == Flow.Phase.CONNECTING).count();
  }

  private static void awaitConnecting(VirtualServer edge, long flows) {
    Await.until(flows + " flows to be connecting", () -> connecting(edge) == flows);
  }

  // ---- while a store is asked

  @Test
  void clientThatResetsWhileAStoreIsAskedEndsItsFlowAndTheAnswerIsLeftAlone() throws Exception {
    VirtualServer edge = start(Edges.pool(echo()), PersistencePolicy.sourceAddress().store(store));
    TestClient client = leaks.client(edge);
    client.send("hello");
    CompletableFuture<Optional<ServiceAddress>> answer = store.asked();

    client.reset();

    Flow flow = awaitLoss();
    assertThat(flow.phase()).isEqualTo(Flow.Phase.ACCEPTED);
    PoolMember member = edge.pool().members().get(0);
    CompletableFuture.runAsync(() -> answer.complete(Optional.of(member.address()))).join();
    TestClient next = leaks.client(edge);
    store.asked().complete(Optional.empty());
    assertThat(next.ask("after that")).isEqualTo("after that");
    assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose CLIENT_RESET");
    assertThat(edge.persistence().counters().hits()).isZero();
    assertThat(member.flowsTotal()).isEqualTo(1);
  }

  @Test
  void clientWhoseFirstBytesWereTakenInIsMissedAsWell() throws Exception {
    VirtualServer edge =
        start(Edges.pool(echo()), PersistencePolicy.httpCookie("SID").store(store));
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\nCookie: SID=x\r\n\r\n");
    CompletableFuture<Optional<ServiceAddress>> answer = store.asked();

    client.reset();

    assertThat(awaitLoss().persistenceKey()).contains("x");
    answer.complete(Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void clientThatEndsItsRequestWhileAStoreIsAskedGetsTheReply(TransportKind transport)
      throws Exception {
    PersistencePolicy persistence = PersistencePolicy.sourceAddress().store(store);
    VirtualServer edge = start(Edges.pool(echo()), persistence, transport);
    TestClient client = leaks.client(edge);
    client.send("question");
    CompletableFuture<Optional<ServiceAddress>> answer = store.asked();
    client.end();
    TestClient other = leaks.client(edge); // the loop has seen the end when it serves this one
    store.asked().complete(Optional.empty());
    assertThat(other.ask("other")).isEqualTo("other");

    answer.complete(Optional.empty());

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.text()).isEqualTo("question");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  // ---- while the connect is under way

  @Test
  void clientThatResetsDuringTheConnectEndsItAndTheMemberHasNotFailed() throws Exception {
    Nowhere silent = silent();
    VirtualServer edge = start(Edges.pool(silent.spec().maxFlows(1)));
    PoolMember member = edge.pool().members().get(0);
    long before = handshakesWith(silent);
    TestClient client = leaks.client(edge);
    client.send("hello");
    awaitConnecting(edge, 1);
    Await.until("the handshake", () -> handshakesWith(silent) == before + 1);

    client.reset();

    Flow flow = awaitLoss();
    assertThat(flow.phase()).isEqualTo(Flow.Phase.CONNECTING);
    assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose CLIENT_RESET");
    assertThat(handshakesWith(silent)).as("given up").isEqualTo(before);
    assertThat(member.connectFailures()).isZero();
    assertThat(member.activeFlows()).isZero();
    leaks.client(edge);
    awaitConnecting(edge, 1); // there is room for it
  }

  /** How many connects to it the system has under way (state 02 is SYN-SENT). */
  private static long handshakesWith(Nowhere silent) {
    String waiting = String.format(":%04X 02 ", silent.address().getPort());
    try (var sockets = Files.lines(Path.of("/proc/net/tcp"))) {
      return sockets.filter(line -> line.contains(waiting)).count();
    } catch (IOException noProc) {
      throw new UncheckedIOException(noProc);
    }
  }

  @Test
  void clientThatResetsDuringALaterAttemptEndsItToo() throws Exception {
    Nowhere refusing = leaks.own(Nowhere.refusing());
    VirtualServer edge = start(Edges.pool(refusing.spec(), silent().spec()));
    TestClient client = leaks.client(edge);
    awaitConnecting(edge, 1);
    Await.until("the second attempt", () -> edge.flows().iterator().next().attempts().size() == 1);

    client.reset();

    Flow flow = awaitLoss();
    assertThat(log.eventsOf(flow))
        .containsExactly("onOpen", "onConnectFailed REFUSED", "onClose CLIENT_RESET");
    assertThat(edge.pool().members())
        .allSatisfy(member -> assertThat(member.activeFlows()).isZero());
  }

  @Test
  void clientThatResetsDuringATrialLeavesItToAnother() throws Exception {
    Duration brief = Duration.ofMillis(1);
    Pool pool =
        Pool.builder("web")
            .strategy(BalancingStrategy.roundRobin())
            .ejection(EjectionPolicy.defaults().baseTime(brief).maxTime(LONG))
            .member(silent().spec())
            .member(echo().spec())
            .build();
    VirtualServer edge = start(pool);
    PoolMember ejected = pool.members().get(0);
    pool.eject(ejected, "told to");
    Await.until("a trial", () -> ejected.state().isOnTrial());
    TestClient trying = tryOut(edge);
    assertThat(ejected.isFull()).as("taken by the trial").isTrue();

    trying.reset();

    awaitLoss();
    assertThat(ejected.isFull()).as("taken by the trial").isFalse();
    assertThat(ejected.state().isOnTrial()).as("not ejected again").isTrue();
    tryOut(edge);
  }

  /** The client whose flow goes to the silent member. */
  private TestClient tryOut(VirtualServer edge) throws IOException {
    TestClient client = null;
    while (connecting(edge) == 0) {
      long before = edge.flows().opened();
      client = leaks.client(edge);
      Await.until(
          "the member to be chosen",
          () ->
              edge.flows().opened() > before
                  && edge.flows().stream().noneMatch(ClientLossTest::isUndecided));
    }
    return client;
  }

  private static boolean isUndecided(Flow flow) {
    return flow.phase() == Flow.Phase.ACCEPTED;
  }
}
