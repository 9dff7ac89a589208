package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.StreamSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When flows are closed that are drained, with a clock that the test moves. */
class MemberDrainTest {
  private static final Duration OVER = Duration.ofSeconds(10);

  private final SteppedClock clock = new SteppedClock();
  private final EventLoop loop = new EventLoop("test", new NioTransport(), clock);
  private final PoolMember member =
      Pool.builder("web").member("10.0.0.1", 80).build().members().get(0);
  private final List<ActiveFlow> flows = new ArrayList<>();
  private final List<Long> closedAtMillis = new ArrayList<>();
  private long nowMillis;
  private boolean over;

  MemberDrainTest() throws IOException {
    for (int i = 0; i < 5; i++) {
      flows.add(new StreamFlow(null, i, (StreamSocket) null, new InetSocketAddress(0), 0));
    }
    member.disable();
  }

  @AfterEach
  void endLoop() {
    loop.stop();
  }

  private void drain(double offset) {
    MemberExit exit = new MemberExit(member, CloseReason.MEMBER_DISABLED);
    new MemberDrain(loop, exit, flows, this::onClose, drain -> over = true)
        .start(OVER.toNanos(), offset);
  }

  private void onClose(ActiveFlow flow, CloseReason reason) {
    assertThat(reason).isEqualTo(CloseReason.MEMBER_DISABLED);
    assertThat(flow.endsNow()).as("closed once").isTrue();
    closedAtMillis.add(nowMillis);
  }

  private void pass(Duration time) throws IOException {
    for (long millis = 0; millis < time.toMillis(); millis += 10) {
      clock.step(Duration.ofMillis(10));
      nowMillis += 10;
      loop.runOnce(0);
      loop.runOnce(0);
    }
  }

  @Test
  void closesAreSpreadEvenlyAndTheLastIsAtTheEnd() throws IOException {
    drain(1);
    pass(OVER.plusSeconds(1));
    assertThat(closedAtMillis).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(closedAtMillis.get(i)).isBetween(2000L * (i + 1), 2000L * (i + 1) + 20);
    }
    assertThat(over).isTrue();
  }

  @Test
  void loopsTakeTurns() throws IOException {
    drain(0.5);
    pass(OVER);
    assertThat(closedAtMillis).hasSize(5);
    assertThat(closedAtMillis.get(0)).isBetween(1000L, 1020L);
    assertThat(closedAtMillis.get(4)).isBetween(9000L, 9020L);
  }

  @Test
  void flowThatEndsByItselfLeavesItsTimeToNobody() throws IOException {
    drain(1);
    flows.get(1).endsNow();
    pass(OVER.plusSeconds(1));
    assertThat(closedAtMillis).hasSize(4);
    assertThat(closedAtMillis.get(1)).isBetween(6000L, 6020L);
  }

  @Test
  void memberThatIsBackKeepsTheRest() throws IOException {
    drain(1);
    pass(Duration.ofSeconds(5));
    member.enable();
    pass(Duration.ofSeconds(20));
    assertThat(closedAtMillis).hasSize(2);
    assertThat(over).isTrue();
  }
}
