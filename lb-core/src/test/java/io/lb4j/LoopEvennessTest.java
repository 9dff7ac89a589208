package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.TestClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients are dealt out to the loops in turn. */
@Timeout(60)
class LoopEvennessTest {
  private static final int FLOWS = 1000;
  private static final int LOOPS = 4;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @Test
  void aThousandFlowsAreEvenOverTheLoops() throws Exception {
    Map<String, AtomicInteger> flowsOfThreads = new ConcurrentHashMap<>();
    FlowListener counting =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            String thread = Thread.currentThread().getName();
            flowsOfThreads.computeIfAbsent(thread, name -> new AtomicInteger()).incrementAndGet();
          }
        };
    VirtualServer edge =
        leaks.start(Edges.edge(leaks.member(new Behaviour.Echo())).loops(LOOPS).listener(counting));

    for (int i = 0; i < FLOWS; i++) {
      TestClient.to(edge.address()).reset();
    }
    Await.until("all flows", () -> edge.flows().opened() == FLOWS);

    assertThat(flowsOfThreads).hasSize(LOOPS);
    assertThat(flowsOfThreads.values())
        .allSatisfy(count -> assertThat(count.get()).isBetween(225, 275));
  }
}
