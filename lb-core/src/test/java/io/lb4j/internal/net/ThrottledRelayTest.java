package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A relay with limits of the rate, on simulated sockets with a clock that the test moves. */
class ThrottledRelayTest {
  private static final int UPLOAD = 2000;
  private static final Duration IDLE = Duration.ofMillis(20);

  private final ManualClock clock = new ManualClock();
  private final SimTransport transport = new SimTransport(new Random(1));
  private final EventLoop loop = new EventLoop("sim", transport, clock);
  private final SimSocket client = transport.poller().open();
  private final SimSocket server = transport.poller().open();
  private final Relay relay;
  private final NotedEnd listener = new NotedEnd();

  ThrottledRelayTest() throws IOException {
    RelaySettings settings =
        new RelaySettings(
            IDLE.toNanos(), Duration.ofMillis(10).toNanos(), UPLOAD, RelaySettings.UNLIMITED);
    relay = new Relay(loop, client, server, settings, listener);
    relay.start();
  }

  private void clientSends(int bytes) {
    assertThat(client.farSend(new byte[bytes], 0, bytes)).isEqualTo(bytes);
  }

  private void pass(int millis) throws IOException {
    for (int i = 0; i < millis; i++) {
      clock.advance(Duration.ofMillis(1));
      loop.runOnce(0);
      loop.runOnce(0);
      server.farTake(10_000);
    }
  }

  @Test
  void bytesOfTheLimitedDirectionMoveAtTheRate() throws IOException {
    clientSends(2000);
    pass(1);
    assertThat(server.farReceived()).as("the burst").hasSizeLessThanOrEqualTo(202);
    pass(499);
    assertThat(server.farReceived().length).isBetween(1000, 1200);
    pass(500);
    assertThat(server.farReceived()).hasSize(2000);
  }

  @Test
  void otherDirectionMovesWhileOnePauses() throws IOException {
    clientSends(2000);
    pass(2);
    server.farSend(new byte[3000], 0, 3000);
    pass(10);
    assertThat(client.farReceived()).hasSize(3000);
    assertThat(server.farReceived()).hasSizeLessThan(300);
  }

  @Test
  void idleTimeoutThatIsShorterThanThePausesEndsNothingUntilThereIsSilence() throws IOException {
    clientSends(1500);
    pass(600);
    assertThat(listener.end).isEmpty();
    pass(1000);
    assertThat(server.farReceived()).hasSize(1500);
    assertThat(listener.end).contains(RelayEnd.IDLE_TIMEOUT);
  }

  @Test
  void endOfTheStreamComesAfterTheLastThrottledByte() throws IOException {
    clientSends(1000);
    client.farEnd();
    server.farEnd();
    pass(300);
    assertThat(listener.end).as("the client's bytes are still to come").isEmpty();
    pass(400);
    assertThat(server.farReceived()).hasSize(1000);
    assertThat(server.farSeesEnd()).isTrue();
    assertThat(listener.end).contains(RelayEnd.COMPLETED);
  }

  @Test
  void resetComesAfterTheBytesBeforeIt() throws IOException {
    clientSends(1000);
    client.farReset();
    pass(700);
    assertThat(server.farReceived()).hasSize(1000);
    assertThat(server.farSeesReset()).isTrue();
    assertThat(listener.end).contains(RelayEnd.CLIENT_RESET);
  }

  @Test
  void pausedFlowCostsTheLoopNothing() throws IOException {
    clientSends(2000);
    for (int i = 0; i < 100; i++) {
      loop.runOnce(0); // until the allowance is used up
    }
    int ready = 0;
    for (int i = 0; i < 20; i++) {
      ready += transport.poller().poll(0, () -> {});
    }
    assertThat(ready).isZero();
    relay.abort();
    pass(200);
    assertThat(listener.end).contains(RelayEnd.ABORTED);
    assertThat(loop.buffers().lent()).isZero();
  }
}
