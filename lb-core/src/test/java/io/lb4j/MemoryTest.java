package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Crowd;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The direct memory of the test JVM is limited to 32 MB; it has to suffice, and may run out. */
@Timeout(60)
class MemoryTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  /** Fault 8. */
  @Test
  void twoThousandFlowsAtOnceLoseNoByte() throws Exception {
    assumeTrue(descriptors() >= 10_000, "not descriptors enough for 2,000 flows");
    long seed = System.nanoTime();
    Crowd.Member member = leaks.own(new Crowd.Member());
    MemberSpec spec = MemberSpec.of("127.0.0.1", member.address().getPort());
    VirtualServer edge = leaks.start(Edges.edge(Edges.pool(spec)).loops(4).listener(log));
    try (Crowd crowd = new Crowd(edge.address(), 2000, 30_000, seed)) {
      Await.until("all flows to be open", () -> edge.flows().size() == 2000);
      crowd.run();
    } catch (AssertionError | IOException failure) {
      throw new AssertionError("seed " + seed, failure);
    }

    assertThat(log.awaitCloses(2000))
        .allMatch(flow -> flow.closeReason().get() == CloseReason.COMPLETED);
    assertThat(leaks.messages(Level.WARN)).noneMatch(line -> line.contains(" pauses: "));
  }

  private static long descriptors() throws IOException {
    Path limits = Path.of("/proc/self/limits");
    if (!Files.exists(limits)) {
      return Long.MAX_VALUE;
    }
    try (Stream<String> lines = Files.lines(limits)) {
      String line = lines.filter(one -> one.startsWith("Max open files")).findFirst().orElseThrow();
      String soft = line.substring("Max open files".length()).trim().split(" +", 2)[0];
      return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
    }
  }

  /** Fault 7. */
  @Test
  void directMemoryMayRunOutWhileClientsCome() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(echo).listener(log));
    TestClient before = leaks.client(edge); // on the first loop; the second has read nothing yet
    assertThat(before.ask("hello")).isEqualTo("hello");
    Hoard hoard = new Hoard();
    List<TestClient> meanwhile = new ArrayList<>();

    for (int i = 0; i < 4; i++) {
      TestClient client = leaks.client(edge);
      client.trySend("hello");
      meanwhile.add(client);
    }
    Await.until(
        "accepting to pause",
        () -> leaks.messages(Level.WARN).stream().anyMatch(line -> line.contains(" pauses: ")));
    assertThat(before.ask("still here")).isEqualTo("still here");
    hoard.drop();

    for (TestClient client : meanwhile) { // kept waiting, or cut, but not left hanging
      client.readUntil(5);
      assertThat(client.received() == 5 || client.ending() == TestClient.Ending.RESET).isTrue();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    }
    assertThat(before.ask("still here")).isEqualTo("still here");
  }

  /** Takes direct memory until there is not enough for a loop's buffer of 128 KB. */
  private static final class Hoard {
    private final List<ByteBuffer> taken = new ArrayList<>();

    Hoard() {
      ByteBuffer forThePeers = ByteBuffer.allocateDirect(100 * 1024);
      take(1 << 20);
      take(16 * 1024);
      forThePeers.clear(); // it was kept until here, and is free from now on
    }

    private void take(int bytes) {
      try {
        while (true) {
          taken.add(ByteBuffer.allocateDirect(bytes));
        }
      } catch (OutOfMemoryError enough) {
        assertThat(taken).isNotEmpty();
      }
    }

    void drop() {
      taken.clear();
    }
  }
}
