package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.TestClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loop that a callback holds up is noticed while it is, and the others carry what comes. */
@Timeout(60)
class LoopWatchTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final LogCapture log = LogCapture.of(VirtualServer.class);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    goOn.countDown();
    log.close();
  }

  private final class BlocksTheSecond implements FlowListener {
    @Override
    public void onOpen(Flow flow) {
      if (flow.id() == 2) {
        awaitQuietly(goOn);
      }
    }

    private void awaitQuietly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aStalledLoopIsNamedWithItsPlaceAndGetsNoNewFlows() throws Exception {
    VirtualServer edge =
        leaks.start(Edges.edge(leaks.member(new Behaviour.Echo())).listener(new BlocksTheSecond()));
    assertThat(leaks.client(edge).ask("first")).isEqualTo("first");
    TestClient held = leaks.client(edge); // the second loop is its own

    Await.until("the stall to be said", () -> !log.lines("held up for").isEmpty());
    assertThat(log.lines("held up for"))
        .singleElement()
        .asString()
        .contains("WARN lb4j-edge-loop-1", "BlocksTheSecond");
    for (int i = 0; i < 4; i++) {
      assertThat(leaks.client(edge).ask("other")).isEqualTo("other");
    }

    goOn.countDown();
    assertThat(held.ask("held")).isEqualTo("held");
    Await.until("the end of it to be said", () -> !log.lines("loop-1 goes on").isEmpty());
  }

  @Test
  void aLoopWithoutWorkIsNotStalled() throws Exception {
    leaks.start(Edges.edge(leaks.member(new Behaviour.Echo())));

    Await.holds("silence", Duration.ofMillis(2500), () -> log.lines("held up").isEmpty());
  }
}
