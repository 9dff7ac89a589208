package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Single steps of the relay, on simulated sockets with a clock that the test moves. */
class RelayTest {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration HALF_CLOSE = Duration.ofSeconds(5);

  private final ManualClock clock = new ManualClock();
  private final SimTransport transport = new SimTransport(new Random(1));
  private final EventLoop loop;
  private final SimSocket client;
  private final SimSocket server;
  private final Relay relay;
  private boolean throwOnBytes;
  private final NotedEnd listener =
      new NotedEnd() {
        @Override
        public boolean wantsBytes() {
          return true;
        }

        @Override
        public void onBytes(boolean fromClient, ByteBuffer bytes) {
          if (throwOnBytes) {
            throw new IllegalStateException("on purpose");
          }
        }
      };

  RelayTest() throws IOException {
    loop = new EventLoop("sim", transport, clock);
    client = transport.poller().open();
    server = transport.poller().open();
    RelaySettings settings = new RelaySettings(IDLE.toNanos(), HALF_CLOSE.toNanos());
    relay = new Relay(loop, client, server, settings, listener);
    relay.start();
  }

  private void turns(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      loop.runOnce(0);
    }
  }

  private void pass(Duration time) throws IOException {
    clock.advance(time);
    turns(3);
  }

  private void clientSends(int bytes) throws IOException {
    client.farSend(new byte[bytes], 0, bytes);
    turns(20);
  }

  @Test
  void silentFlowIsResetAfterTheIdleTimeout() throws IOException {
    pass(IDLE.minusMillis(5));
    assertThat(listener.end).isEmpty();
    pass(Duration.ofMillis(10));
    assertThat(listener.end).contains(RelayEnd.IDLE_TIMEOUT);
    assertThat(client.farSeesReset() && server.farSeesReset()).isTrue();
  }

  @Test
  void everyByteStartsTheIdleTimeoutAnew() throws IOException {
    for (int i = 0; i < 5; i++) {
      pass(IDLE.minusMillis(5));
      clientSends(1);
    }
    assertThat(listener.end).isEmpty();
    assertThat(relay.bytesFromClient()).isEqualTo(5);
    pass(IDLE.plusMillis(5));
    assertThat(listener.end).contains(RelayEnd.IDLE_TIMEOUT);
  }

  @Test
  void halfClosedFlowHasItsOwnShorterTimeoutThatMovesWithTheBytes() throws IOException {
    client.farEnd();
    turns(3);
    assertThat(server.farSeesEnd()).isTrue();
    for (int i = 0; i < 4; i++) {
      pass(HALF_CLOSE.minusMillis(5));
      server.farSend(new byte[1], 0, 1);
      turns(20);
    }
    assertThat(listener.end).isEmpty();
    pass(HALF_CLOSE.plusMillis(5));
    assertThat(listener.end).contains(RelayEnd.HALF_CLOSE_TIMEOUT);
    assertThat(client.farReceived()).hasSize(4);
  }

  @Test
  void sinkThatTakesNothingIsWatchedForWritingOnlyWhileBytesWaitAndRunsIntoTheIdleTimeout()
      throws IOException {
    clientSends(4096);
    server.farTake(0);
    clientSends(100); // the server's window is full
    assertThat(relay.bytesFromClient()).isGreaterThan(4096);
    int polls = transport.poller().polls;
    int ready = 0;
    for (int i = 0; i < 50; i++) {
      ready += transport.poller().poll(0, () -> {});
    }
    assertThat(ready).as("no event while nothing can be done, after %d polls", polls).isZero();
    assertThat(loop.buffers().held()).as("little is copied").isBetween(1L, 100L);

    pass(IDLE.plusMillis(5));
    assertThat(listener.end).contains(RelayEnd.IDLE_TIMEOUT);
    assertThat(loop.buffers().held()).isZero();
  }

  @Test
  void slowSinkGetsEverythingAndThenReadingGoesOn() throws IOException {
    clientSends(4096);
    clientSends(1000);
    server.farTake(10_000);
    turns(20);
    clientSends(500);
    assertThat(server.farReceived()).hasSize(5596);
    assertThat(loop.buffers().lent()).isZero();
  }

  @Test
  void resetIsPassedOnAtOnceThoughTheOtherSideNeverCloses() throws IOException {
    client.farReset();
    turns(3);
    assertThat(listener.end).contains(RelayEnd.CLIENT_RESET);
    assertThat(server.farSeesReset()).isTrue();
  }

  @Test
  void resetWaitsForTheBytesBeforeItButNotForEver() throws IOException {
    clientSends(4096);
    clientSends(100);
    client.farReset();
    server.farSend(new byte[1], 0, 1); // the write of this byte finds the client gone
    turns(10);
    assertThat(listener.end).as("bytes still wait for the server").isEmpty();
    pass(HALF_CLOSE.plusMillis(5));
    assertThat(listener.end).contains(RelayEnd.CLIENT_RESET);
    assertThat(server.farSeesReset()).isTrue();
  }

  @Test
  void bytesThatWaitedWhenTheClientWasResetStillReachTheServer() throws IOException {
    clientSends(4096);
    clientSends(100);
    client.farReset();
    server.farSend(new byte[1], 0, 1);
    turns(10);
    server.farTake(10_000);
    turns(40);
    assertThat(server.farReceived()).hasSize(4196);
    assertThat(server.farSeesReset()).isTrue();
    assertThat(listener.end).contains(RelayEnd.CLIENT_RESET);
  }

  @Test
  void earlyAnswerOfAServerThatThenHangsUpReachesTheClient() throws IOException {
    clientSends(4096);
    clientSends(100);
    byte[] answer = new byte[300];
    server.farSend(answer, 0, 300);
    server.farReset();
    turns(40);
    assertThat(client.farReceived()).hasSize(300);
    assertThat(client.farSeesReset()).isTrue();
    assertThat(listener.end).contains(RelayEnd.SERVER_RESET);
  }

  @Test
  void failureInATurnEndsTheFlowWithAResetAndNothingElse() throws IOException {
    throwOnBytes = true;
    clientSends(1);
    assertThat(listener.end).contains(RelayEnd.FAILED);
    assertThat(client.farSeesReset() && server.farSeesReset()).isTrue();
  }

  @Test
  void abortedFlowIsResetOnce() throws IOException {
    relay.abort();
    relay.abort();
    turns(2);
    assertThat(listener.end).contains(RelayEnd.ABORTED);
    assertThat(client.farSeesReset() && server.farSeesReset()).isTrue();
  }
}
