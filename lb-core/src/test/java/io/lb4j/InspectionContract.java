package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows whose member depends on their first line, over real sockets. */
@Timeout(60)
abstract class InspectionContract {
  private static final Duration SHORT = Duration.ofMillis(200);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();
  private InspectionPolicy policy = InspectionPolicy.defaults();
  private Inspector inspector = InspectionContract::firstLine;

  abstract TransportKind transport();

  private static Inspection firstLine(ByteBuffer bytes) {
    String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    int end = text.indexOf('\n');
    return end < 0 ? Inspection.needMore() : Inspection.key(text.substring(0, end));
  }

  /** Keys of one letter: {@code a} goes to the first member, {@code b} to the second. */
  private VirtualServer edge(MemberSpec... members) {
    KeySource source = KeySource.inspected("first line", inspector);
    Pool.Builder pool = Pool.builder("letters").strategy(new ByLetter(source));
    List.of(members).forEach(pool::member);
    return leaks.start(
        Edges.edge(pool.build()).transport(transport()).inspection(policy).listener(log));
  }

  private record ByLetter(KeySource source) implements BalancingStrategy {
    @Override
    public Chooser over(List<PoolMember> available) {
      return flow ->
          available.get(
              flow.key(source).filter(key -> key.toString().equals("b")).isPresent() ? 1 : 0);
    }

    @Override
    public List<KeySource> keySources() {
      return List.of(source);
    }
  }

  private ScriptedMember member(String greeting) throws IOException {
    return leaks.member(new Behaviour.HalfCloseAfter(Data.of(greeting)));
  }

  @Test
  void memberIsChosenByWhatTheClientSaysFirst() throws Exception {
    VirtualServer edge = edge(member("first").spec(), member("second").spec());
    for (String letter : List.of("a", "b", "b", "a")) {
      TestClient client = leaks.client(edge);
      client.send(letter + "\n");
      client.end();
      client.readToEnd();
      assertThat(client.text()).isEqualTo(letter.equals("a") ? "first" : "second");
    }
  }

  @Test
  void memberGetsEveryByteHoweverTheyAreCut() throws Exception {
    ScriptedMember second = leaks.member(new Behaviour.ReplyAfterEnd(Data.of("done")));
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()).spec(), second.spec());
    Data rest = Data.random(3, 60_000);
    TestClient client = leaks.client(edge);
    client.send("b");
    client.send("\n");
    client.sendInPieces(rest, 5000, new Random(1));
    client.end();
    client.readToEnd();

    assertThat(client.text()).isEqualTo("done");
    Peer served = second.awaitFirst();
    assertThat(served.received()).isEqualTo(2 + rest.length());
    byte[] received = served.bytes();
    assertThat(received).startsWith('b', '\n');
    Data.Digester digester = new Data.Digester();
    digester.add(ByteBuffer.wrap(received, 2, rest.length()));
    assertThat(digester.digest()).isEqualTo(rest.digest());
    assertThat(log.awaitClose().bytesFromClient()).isEqualTo(2 + rest.length());
  }

  @Test
  void streamOfSingleBytesIsLookedAtTheSame() throws Exception {
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()).spec(), second.spec());
    TestClient client = leaks.client(edge);
    client.sendInPieces(Data.of("b\nand the rest of it"), 1, new Random(1));
    assertThat(client.ask("!")).isNotEmpty();
    client.end();
    client.readToEnd();
    assertThat(client.text()).isEqualTo("b\nand the rest of it!");
    assertThat(second.accepted()).hasSize(1);
  }

  @Test
  void tapSeesEveryByteOnce() throws Exception {
    AtomicLong seen = new AtomicLong();
    KeySource source = KeySource.inspected("first line", inspector);
    Pool pool =
        Pool.builder("letters")
            .strategy(new ByLetter(source))
            .member(leaks.member(new Behaviour.Echo()).spec())
            .build();
    VirtualServer edge =
        leaks.start(
            Edges.edge(pool)
                .transport(transport())
                .tap(
                    (flow, direction, bytes) -> {
                      if (direction == Direction.FROM_CLIENT) {
                        seen.addAndGet(bytes.remaining());
                      }
                    }));
    TestClient client = leaks.client(edge);
    client.ask("a\n");
    client.ask("more");
    assertThat(seen).hasValue(6);
  }

  @Test
  void memberThatSpeaksFirstIsHeardWhenTheTimeIsUp() throws Exception {
    policy = policy.timeout(SHORT);
    VirtualServer edge = edge(member("220 hello").spec());
    TestClient client = leaks.client(edge);
    client.readUntil(9);
    client.send("a\n");
    client.end();
    client.readToEnd();
    assertThat(client.text()).isEqualTo("220 hello");
    assertThat(log.awaitClose().bytesFromClient()).isEqualTo(2);
  }

  @Test
  void silentClientIsResetWhereBytesAreRequired() throws Exception {
    policy = policy.timeout(SHORT).required();
    ScriptedMember member = member("220 hello");
    VirtualServer edge = edge(member.spec());
    TestClient client = leaks.client(edge);
    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_SILENT);
    assertThat(member.accepted()).isEmpty();
  }

  @Test
  void replyReachesAClientThatEndedBeforeAnythingWasFound() throws Exception {
    VirtualServer edge = edge(member("reply").spec());
    TestClient client = leaks.client(edge);
    client.send("no line");
    client.end();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(client.text()).isEqualTo("reply");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void clientThatIsGoneCostsNoMemberAnything() throws Exception {
    ScriptedMember member = member("reply");
    VirtualServer edge = edge(member.spec());
    TestClient client = leaks.client(edge);
    client.send("no line");
    client.reset();
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLIENT_RESET);
    assertThat(member.accepted()).isEmpty();
  }

  @Test
  void flowGoesOnWhenTheLimitOfBytesIsReached() throws Exception {
    policy = policy.maxBytes(100);
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()).spec());
    String text = "x".repeat(5000);
    assertThat(leaks.client(edge).ask(text)).isEqualTo(text);
  }

  @Test
  void inspectorThatThrowsOrGivesNullFindsNoKey() throws Exception {
    leaks.expectStackTraces();
    inspector =
        bytes -> {
          throw new IllegalStateException("on purpose");
        };
    assertThat(leaks.client(edge(leaks.member(new Behaviour.Echo()).spec())).ask("b\n"))
        .isEqualTo("b\n");
    inspector = bytes -> null;
    assertThat(leaks.client(edge(leaks.member(new Behaviour.Echo()).spec())).ask("b\n"))
        .isEqualTo("b\n");
  }

  @Test
  void whatWasTakenInCountsForTheUploadLimit() throws Exception {
    Pool pool =
        Pool.builder("letters")
            .strategy(new ByLetter(KeySource.inspected("first line", inspector)))
            .member(leaks.member(new Behaviour.Echo()).spec())
            .build();
    VirtualServer edge =
        leaks.start(Edges.edge(pool).transport(transport()).uploadLimit(2000).listener(log));
    String text = "a\n" + "x".repeat(1000); // five times what may come at once
    TestClient client = leaks.client(edge);
    long begun = System.nanoTime();
    assertThat(client.ask(text)).isEqualTo(text);
    assertThat(client.ask("more")).isEqualTo("more");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(SHORT);
    client.end();
    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void whatWasReadIsNotKeptWhileTheFlowLives() throws Exception {
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()).spec());
    TestClient client = leaks.client(edge);
    assertThat(client.ask("a\n")).isEqualTo("a\n");
    assertThat(((StreamFlow) edge.flows().iterator().next()).reception()).isEmpty();
  }

  @Test
  void deadMemberIsPassedOverWithNothingLost() throws Exception {
    Nowhere nowhere = leaks.own(Nowhere.refusing());
    VirtualServer edge = edge(leaks.member(new Behaviour.Echo()).spec(), nowhere.spec());
    assertThat(leaks.client(edge).ask("b\nrest")).isEqualTo("b\nrest");
  }

  @Test
  void hostMayCloseAFlowThatIsLookedAt() throws Exception {
    VirtualServer edge = edge(member("reply").spec());
    TestClient client = leaks.client(edge);
    client.send("no line");
    Await.until("the flow", () -> edge.flows().size() == 1);
    edge.flows().forEach(Flow::close);
    assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().phase()).isEqualTo(Flow.Phase.ACCEPTED);
  }

  @Test
  void manyFlowsInPiecesAreAllServed() throws Exception {
    ScriptedMember first = leaks.member(new Behaviour.Echo());
    ScriptedMember second = leaks.member(new Behaviour.Echo());
    VirtualServer edge = edge(first.spec(), second.spec());
    for (int i = 0; i < 50; i++) {
      TestClient client = leaks.client(edge);
      client.send(i % 2 == 0 ? "a" : "b");
      client.ask("\n" + i);
    }
    assertThat(first.await(25)).hasSize(25);
    assertThat(second.await(25)).hasSize(25);
  }
}
