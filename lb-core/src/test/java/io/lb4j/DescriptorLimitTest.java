package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.ChildBalancer;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that runs out of descriptors, which needs one of its own. */
@Timeout(60)
class DescriptorLimitTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final List<TestClient> served = new ArrayList<>();
  private final List<TestClient> waiting = new ArrayList<>();

  /** Whether one is left for a client but none for its member depends on how many are held. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void acceptingPausesAndComesBackAndNobodyIsLost(int held, @TempDir Path directory)
      throws Exception {
    assumeTrue(ChildJvm.hasCommand("bash"), "no bash to set a limit with");
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    String port = Integer.toString(((InetSocketAddress) echo.address()).getPort());
    ChildJvm child =
        leaks.own(
            ChildJvm.start(
                directory,
                List.of("bash", "-c", "ulimit -n 150" + ChildJvm.GO),
                ChildBalancer.class,
                port,
                "60000",
                "100"));
    InetSocketAddress address = Loopback.port(1, Integer.parseInt(child.await("listening ")));

    for (int i = 1; i <= held; i++) {
      child.say("hold");
      child.await("held " + i);
    }
    fill(child, address);
    assertThat(child.lines())
        .filteredOn(line -> line.startsWith("log [WARN] accepting on 127.0.0.1:"))
        .singleElement()
        .asString()
        .endsWith("Too many open files (limit: ulimit -n)");
    assertThat(child.lines())
        .anyMatch(line -> line.contains("maxFlows 100 needs 200 descriptors"))
        .anyMatch(line -> line.contains("the process may open 150 (ulimit -n)"));
    for (TestClient client : served) {
      assertServed(client);
    }
    Duration before = child.processorTime();
    Await.holds("it lives", Duration.ofSeconds(1), () -> !child.find("closed"));
    assertThat(child.processorTime().minus(before)).isLessThan(Duration.ofMillis(500));
    assertThat(waiting).allMatch(client -> client.received() == 0);

    for (TestClient client : served.subList(0, served.size() / 2)) {
      client.reset();
    }
    for (TestClient client : waiting) {
      client.awaitReceived(5);
      assertThat(client.text()).isEqualTo("hello");
    }
    assertServed(served.get(served.size() - 1));
    assertThat(leaks.own(TestClient.to(address)).ask("new")).isEqualTo("new");
    child.say("quit");
    child.await("closed");
    assertThat(child.endedWell()).isTrue();
    assertThat(child.lines()).noneMatch(line -> line.contains("ERROR"));
  }

  private static void assertServed(TestClient client) throws IOException {
    long expected = client.received() + 5;
    client.send("hello");
    client.awaitReceived(expected);
    assertThat(client.received()).isEqualTo(expected);
  }

  /** Brings clients until one has to wait. */
  private void fill(ChildJvm child, InetSocketAddress address) throws IOException {
    while (waiting.isEmpty()) {
      assertThat(served).as("descriptors are not limited").hasSizeLessThan(150);
      TestClient client = leaks.own(TestClient.to(address));
      client.trySend("hello");
      client.collect();
      if (!isDecided(child, client)) {
        waiting.add(client);
      } else {
        assertThat(client.received()).as(client.toString()).isEqualTo(5);
        served.add(client);
      }
    }
    // The reply to the last client may come after the word that accepting pauses.
    Await.settled(
        "replies",
        Duration.ofMillis(300),
        () -> waiting.stream().mapToLong(TestClient::received).sum());
    waiting.stream().filter(client -> client.received() > 0).forEach(served::add);
    waiting.removeAll(served);
  }

  /** Waits for what becomes of a client; once accepting has paused, for no longer than a second. */
  private static boolean isDecided(ChildJvm child, TestClient client) {
    AtomicLong pausedNanos = new AtomicLong();
    BooleanSupplier decided =
        () -> client.received() == 5 || client.ending() != TestClient.Ending.OPEN;
    Await.until(
        () -> "the fate of " + client + " and " + child.lines(),
        Await.LIMIT,
        () -> {
          if (child.find("log [WARN] accepting on ")) {
            pausedNanos.compareAndSet(0, System.nanoTime());
          }
          long paused = pausedNanos.get();
          return decided.getAsBoolean()
              || (paused != 0 && System.nanoTime() - paused > TimeUnit.SECONDS.toNanos(1));
        });
    return decided.getAsBoolean();
  }
}
