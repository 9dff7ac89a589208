package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How lifetimes are spread, and bandwidth on real sockets; {@link FlowTimingTest} has the rest. */
@Timeout(60)
class FlowLimitsTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  private VirtualServer.Builder edge(ScriptedMember... members) {
    return Edges.edge(members).listener(log);
  }

  // ---- lifetime

  @Test
  void lifetimesAreSpreadOverTheLastTenth() {
    Random random = new Random(1);
    long[] lifetimes =
        IntStream.range(0, 1000).mapToLong(i -> FlowLifetime.jittered(1000, random)).toArray();
    assertThat(LongStream.of(lifetimes)).allMatch(nanos -> nanos > 900 && nanos <= 1000);
    for (long from = 900; from < 1000; from += 10) {
      long low = from;
      assertThat(LongStream.of(lifetimes).filter(nanos -> nanos > low && nanos <= low + 10).count())
          .as("those after %d", low)
          .isGreaterThan(50);
    }
  }

  // ---- bandwidth

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void downloadTakesAsLongAsItsLimitSays(TransportKind transport) throws Exception {
    Data data = Data.random(1, 3_000_000);
    ScriptedMember member = leaks.member(new Behaviour.ReplyThenClose(1, data));
    VirtualServer edge =
        leaks.start(
            edge(member)
                .transport(transport)
                .idleTimeout(Duration.ofMillis(200))
                .halfCloseTimeout(Duration.ofMillis(200))
                .downloadLimit(4_000_000));
    TestClient client = leaks.client(edge);
    long begun = System.nanoTime();
    client.send("x");
    client.end();

    assertThat(client.readToEnd()).isEqualTo(Ending.END);
    Duration taken = Duration.ofNanos(System.nanoTime() - begun);
    assertThat(client.digest()).isEqualTo(data.digest());
    assertThat(taken).isBetween(Duration.ofMillis(645), Duration.ofSeconds(5));
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void limitedUploadLeavesTheOtherFlowsOfItsLoopAlone(TransportKind transport) throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        leaks.start(edge(member).transport(transport).loops(1).uploadLimit(100_000));
    TestClient greedy = leaks.client(edge);
    Thread sender = new Thread(() -> greedy.trySend("x".repeat(20_000_000)));
    sender.start();
    greedy.collect();
    Await.until("the greedy one to be paused", () -> greedy.received() > 5000);

    for (int i = 0; i < 5; i++) {
      TestClient modest = leaks.client(edge);
      long begun = System.nanoTime();
      assertThat(modest.ask("hello")).isEqualTo("hello");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }
    greedy.reset();
    sender.join();
  }
}
