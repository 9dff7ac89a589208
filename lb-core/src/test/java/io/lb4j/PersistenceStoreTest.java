package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records in a store of the host's, which may be slow, wrong or dead. */
@Timeout(60)
class PersistenceStoreTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final HostStore store = new HostStore();
  private TransportKind transport = TransportKind.AUTO;
  private Duration lookupTimeout = LONG;

  /** A map that answers as the test says. */
  private static final class HostStore implements PersistenceStore {
    final Map<String, ServiceAddress> records = new ConcurrentHashMap<>();
    final Queue<CompletableFuture<Optional<ServiceAddress>>> open = new ConcurrentLinkedQueue<>();
    final Queue<String> puts = new ConcurrentLinkedQueue<>();
    volatile Function<FlowKey, CompletionStage<Optional<ServiceAddress>>> answer = this::recorded;
    volatile Runnable whenPut = () -> {};
    volatile CompletionStage<?> taken = CompletableFuture.completedStage(true);

    CompletionStage<Optional<ServiceAddress>> recorded(FlowKey key) {
      return CompletableFuture.completedStage(Optional.ofNullable(records.get(key.toString())));
    }

    CompletionStage<Optional<ServiceAddress>> later(FlowKey key) {
      CompletableFuture<Optional<ServiceAddress>> answer = new CompletableFuture<>();
      open.add(answer);
      return answer;
    }

    @Override
    public CompletionStage<Optional<ServiceAddress>> find(FlowKey key, Duration life) {
      return answer.apply(key);
    }

    @Override
    public CompletionStage<?> put(FlowKey key, ServiceAddress member, Duration life) {
      puts.add(key + " for " + Durations.brief(life));
      records.put(key.toString(), member);
      whenPut.run();
      return taken;
    }
  }

  private ScriptedMember member(String greeting) throws IOException {
    return leaks.member(new Behaviour.HalfCloseAfter(Data.of(greeting)));
  }

  private VirtualServer edge(ScriptedMember... members) {
    return edge(Edges.pool(members), PersistencePolicy.sourceAddress());
  }

  private VirtualServer edge(Pool pool, PersistencePolicy policy) {
    FlowListener lookups =
        new FlowListener() {
          @Override
          public void onLookupFailed(Flow flow, String cause) {
            failures.add(cause);
          }
        };
    return leaks.start(
        Edges.edge(pool)
            .transport(transport)
            .loops(1)
            .persistence(policy.store(store).lookupTimeout(lookupTimeout))
            .listener(log)
            .listener(lookups));
  }

  private static String finish(TestClient client) throws IOException {
    client.end();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    return client.text();
  }

  private String visit(VirtualServer edge) throws IOException {
    return finish(leaks.client(edge));
  }

  /** A client whose flow waits for the store. */
  private TestClient waits(VirtualServer edge) throws IOException {
    store.answer = store::later;
    int before = store.open.size();
    TestClient client = leaks.client(edge);
    Await.until("the store to be asked", () -> store.open.size() > before);
    return client;
  }

  private static ServiceAddress address(VirtualServer edge, int index) {
    return edge.pool().members().get(index).address();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void virtualServersThatShareAStoreShareTheirClients(TransportKind kind) throws Exception {
    transport = kind;
    Pool pool = Edges.pool(member("first"), member("second"));
    VirtualServer one = edge(pool, PersistencePolicy.sourceAddress(Duration.ofMinutes(5)));
    VirtualServer other = edge(pool, PersistencePolicy.sourceAddress());

    assertThat(visit(one)).isEqualTo("first");
    assertThat(visit(other)).as("by the other one").isEqualTo("first");
    assertThat(visit(one)).as("once more").isEqualTo("first");
    assertThat(store.puts).containsExactly("127.0.0.1 for 5m00s");
    assertThat(one.persistence().counters())
        .hasToString("1 hits, 1 misses, 1 made, 0 expired, 0 evicted");
    assertThat(one.persistence().size()).as("records in its own table").isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void aFlowWaitsForTheAnswerAndLosesNothing(TransportKind kind) throws Exception {
    transport = kind;
    VirtualServer edge = edge(member("first"), leaks.member(new Behaviour.Echo()));
    TestClient client = waits(edge);
    client.send("hello");
    Flow flow = edge.flows().iterator().next();
    assertThat(flow.phase()).isEqualTo(Flow.Phase.ACCEPTED);
    assertThat(flow.member()).isEmpty();
    assertThat(flow.persistenceKey()).contains("127.0.0.1");

    store.open.remove().complete(Optional.of(address(edge, 1))); // on a foreign thread
    client.readUntil(5);
    assertThat(client.text()).isEqualTo("hello");
    assertThat(failures).isEmpty();
    assertThat(store.puts).isEmpty();
  }

  @Test
  void otherFlowsGoOnWhileOneWaits() throws Exception {
    VirtualServer edge = edge(member("first"));
    TestClient waiting = waits(edge);
    store.answer = store::recorded;
    for (int i = 0; i < 3; i++) {
      assertThat(visit(edge)).isEqualTo("first");
    }
    store.open.remove().complete(Optional.empty());

    assertThat(finish(waiting)).isEqualTo("first");
  }

  @Test
  void withoutAnAnswerInTimeAFlowGoesOnAndIsNotRecorded() throws Exception {
    lookupTimeout = Duration.ofMillis(30);
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()), member("second"));
    TestClient client = waits(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");
    Flow flow = edge.flows().iterator().next();
    PoolMember own = flow.member().orElseThrow();
    store.open.remove().complete(Optional.of(address(edge, 1))); // too late
    assertThat(client.ask("again")).isEqualTo("again");

    assertThat(flow.member()).contains(own);
    assertThat(failures).containsExactly("no answer within 30.0ms");
    assertThat(store.puts).isEmpty();
    assertThat(edge.persistence().counters())
        .hasToString("0 hits, 0 misses, 0 made, 0 expired, 0 evicted, 0 failed, 1 late");
  }

  private enum Mistake {
    FAILS,
    THROWS,
    GIVES_NO_STAGE,
    GIVES_NO_ANSWER
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void aStoreThatFailsHarmsNoFlow(Mistake mistake) throws Exception {
    leaks.expectStackTraces();
    store.answer =
        switch (mistake) {
          case FAILS -> key -> CompletableFuture.failedStage(new IOException("no route"));
          case THROWS ->
              key -> {
                throw new IllegalStateException("closed");
              };
          case GIVES_NO_STAGE -> key -> null;
          case GIVES_NO_ANSWER -> key -> CompletableFuture.completedStage(null);
        };
    VirtualServer edge = edge(member("first"));
    assertThat(visit(edge)).isEqualTo("first");
    assertThat(visit(edge)).isEqualTo("first");

    assertThat(failures).containsExactly("the store failed", "the store failed");
    assertThat(edge.persistence().counters().failed()).isEqualTo(2);
    assertThat(store.puts).as("what might overwrite a record").isEmpty();
    assertThat(leaks.messages(Level.WARN)).as("a word in the log").hasSize(1);
    assertThat(leaks.messages(Level.WARN).get(0))
        .startsWith("virtual server edge: PersistenceStore.find ");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void anAnswerForAFlowThatHasEndedIsLeftAlone(TransportKind kind) throws Exception {
    transport = kind;
    ScriptedMember member = member("first");
    VirtualServer edge = edge(member);
    TestClient client = waits(edge);
    edge.flows().iterator().next().close();
    Flow flow = log.awaitClose();
    assertThat(flow.closeReason()).contains(CloseReason.CLOSED_BY_HOST);
    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    CompletableFuture<Optional<ServiceAddress>> answer = store.open.remove();
    CompletableFuture.runAsync(() -> answer.complete(Optional.of(address(edge, 0)))).join();
    store.answer = store::recorded;
    assertThat(visit(edge)).as("a flow of the same loop after that").isEqualTo("first");
    assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose CLOSED_BY_HOST");
    assertThat(edge.persistence().counters().hits()).isZero();
    assertThat(edge.pool().members().get(0).flowsTotal()).isEqualTo(1);
  }

  @Test
  void aStoreMayCloseTheFlowThatItIsAskedFor() throws Exception {
    lookupTimeout = Duration.ofMillis(30);
    VirtualServer edge =
        edge(
            Edges.pool(member("first")),
            PersistencePolicy.sourceAddress().orElse(KeySource.sourceAddress(8, 128)));
    store.answer =
        key -> {
          edge.flows().forEach(Flow::close);
          return store.later(key);
        };
    assertThat(leaks.client(edge).readToEnd()).isEqualTo(Ending.RESET);
    Flow flow = log.awaitClose();
    assertThat(store.open).as("questions for a flow that has ended").hasSize(1);
    store.answer = store::later;
    assertThat(visit(edge)).as("without an answer, on the other loop").isEqualTo("first");
    assertThat(visit(edge)).as("without an answer, on the same loop").isEqualTo("first");

    assertThat(failures).as("of the two that waited after it").hasSize(2);
    assertThat(log.eventsOf(flow)).containsExactly("onOpen", "onClose CLOSED_BY_HOST");
    assertThat(edge.persistence().counters().late()).as("two keys of each").isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void aStoreMayCloseTheFlowWhoseCookieItRecords(TransportKind kind) throws Exception {
    transport = kind;
    ScriptedMember member =
        leaks.member(
            new Behaviour.AnswerThenClose(
                "\r\n\r\n", Data.of("HTTP/1.1 200 OK\r\nSet-Cookie: SID=x\r\n\r\n")));
    VirtualServer edge = edge(Edges.pool(member), PersistencePolicy.httpCookie("SID"));
    store.whenPut = () -> edge.flows().forEach(Flow::close);
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\n\r\n");
    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);

    Flow flow = log.awaitClose();
    Await.until("the flow to be gone", () -> edge.flows().size() == 0);
    assertThat(flow.closeReason()).contains(CloseReason.CLOSED_BY_HOST);
    Await.until("the record to be made", () -> flow.persistenceKey().isPresent());
    assertThat(flow.persistenceKey()).contains("x");
  }

  @Test
  void aVirtualServerClosesWhileFlowsWait() throws Exception {
    VirtualServer edge = edge(member("first"));
    TestClient client = waits(edge);
    edge.close();

    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.SHUTDOWN);
    store.open.remove().complete(Optional.of(address(edge, 0)));
  }

  @Test
  void aRecordThatThePoolCannotFollowIsRewritten() throws Exception {
    store.records.put("127.0.0.1", ServiceAddress.of("192.0.2.1", 9));
    VirtualServer edge = edge(member("first"));
    assertThat(visit(edge)).isEqualTo("first");

    assertThat(store.records).containsEntry("127.0.0.1", address(edge, 0));
  }

  private VirtualServer edgeWhoseFirstMemberRefuses() throws IOException {
    Pool pool = Edges.pool(leaks.own(Nowhere.refusing()).spec(), member("second").spec());
    return edge(pool, PersistencePolicy.sourceAddress());
  }

  @Test
  void aMemberThatRefusesLendsItsClientAndKeepsItsRecord() throws Exception {
    VirtualServer edge = edgeWhoseFirstMemberRefuses();
    store.records.put("127.0.0.1", address(edge, 0));

    assertThat(visit(edge)).isEqualTo("second");
    assertThat(store.puts).isEmpty();
  }

  @Test
  void aRetryOfANewClientRecordsTheMemberOnce() throws Exception {
    VirtualServer edge = edgeWhoseFirstMemberRefuses();

    assertThat(visit(edge)).isEqualTo("second");
    assertThat(store.records).as("as with a table").containsEntry("127.0.0.1", address(edge, 0));
    assertThat(store.puts).hasSize(1);
  }

  @Test
  void everyKeyIsAskedForAndRecorded() throws Exception {
    VirtualServer edge =
        edge(
            Edges.pool(member("first"), member("second")),
            PersistencePolicy.sourceAddress().orElse(KeySource.sourceAddress(8, 128)));
    store.records.put("127.0.0.0/8", address(edge, 1));

    assertThat(visit(edge)).isEqualTo("second");
    assertThat(store.records).containsEntry("127.0.0.1", address(edge, 1));
    assertThat(store.puts).containsExactly("127.0.0.1 for 3m00s");
  }

  @Test
  void aRecordThatIsNotTakenHarmsNoFlow() throws Exception {
    store.taken = CompletableFuture.failedStage(new IOException("read-only"));
    VirtualServer edge = edge(member("first"));
    assertThat(visit(edge)).isEqualTo("first");

    assertThat(edge.persistence().counters().failed()).isEqualTo(1);
    assertThat(failures).isEmpty();
    assertThat(leaks.messages(Level.WARN))
        .containsExactly(
            "virtual server edge: PersistenceStore.put failed: java.io.IOException: read-only");
  }

  @Test
  void whatAPolicyWithAStoreSays() {
    assertThat(PersistencePolicy.sourceAddress().store(store))
        .hasToString("source address for 3m00s, in a store");
    assertThat(PersistencePolicy.sourceAddress().store(store).store()).containsSame(store);
    assertThat(PersistencePolicy.sourceAddress().lookupTimeout()).isEqualTo(Duration.ofMillis(200));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PersistencePolicy.none().lookupTimeout(Duration.ofSeconds(61)))
        .withMessage("lookupTimeout: PT1M1S (expected: PT0.001S..PT1M)");
  }
}
