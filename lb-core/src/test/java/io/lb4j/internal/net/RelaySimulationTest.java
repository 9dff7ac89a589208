package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The real relay and loop on simulated sockets, under random schedules of sending, taking,
 * stalling, ending and resetting. Whatever happens: what a side received is the beginning of what
 * the other sent; a side that saw an end in order received everything; a side that missed something
 * saw a reset; and nothing is left.
 */
class RelaySimulationTest {
  private static final int SCHEDULES = 10_000;
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration HALF_CLOSE = Duration.ofSeconds(30);

  /** What a side does once it has sent its bytes. */
  private enum Ending {
    ENDS,
    RESETS,
    STAYS
  }

  /** One side of the conversation, as its far end plays it. */
  private static final class Far {
    final SimSocket socket;
    final byte[] bytes;
    final Ending ending;
    final boolean stalls;
    int sent;
    boolean done;

    Far(SimSocket socket, Random random) {
      this.socket = socket;
      bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(30_000)];
      random.nextBytes(bytes);
      int dice = random.nextInt(10);
      ending = dice < 7 ? Ending.ENDS : dice < 9 ? Ending.RESETS : Ending.STAYS;
      stalls = random.nextInt(20) == 0;
    }

    void act(Random random) {
      if (!stalls) {
        socket.farTake(random.nextInt(6000));
      }
      if (done) {
        return;
      }
      sent += socket.farSend(bytes, sent, random.nextInt(bytes.length - sent + 1));
      if (sent == bytes.length) {
        done = true;
        switch (ending) {
          case ENDS -> socket.farEnd();
          case RESETS -> socket.farReset();
          case STAYS -> {}
        }
      }
    }
  }

  private static final class Recorder extends NotedEnd {
    final boolean taps;
    int halfCloses;
    long tapped;

    Recorder(boolean taps) {
      this.taps = taps;
    }

    @Override
    public boolean wantsBytes() {
      return taps;
    }

    @Override
    public void onBytes(boolean fromClient, ByteBuffer bytes) {
      assertThat(bytes.isReadOnly()).isTrue();
      tapped += bytes.remaining();
    }

    @Override
    public void onHalfClosed(boolean byClient) {
      halfCloses++;
    }
  }

  private final ManualClock clock = new ManualClock();

  @Test
  void everyByteArrivesInOrderOrTheFlowEndsWithAReset() throws IOException {
    long base = System.nanoTime();
    for (int i = 0; i < SCHEDULES; i++) {
      runSchedule(base + i);
    }
  }

  private void runSchedule(long seed) throws IOException {
    Random random = new Random(seed);
    SimTransport transport = new SimTransport(random);
    EventLoop loop = new EventLoop("sim", transport, clock, new BufferPool(1000, 100));
    Far client = new Far(transport.poller().open(), random);
    Far server = new Far(transport.poller().open(), random);
    Recorder recorder = new Recorder(random.nextBoolean());
    RelaySettings settings =
        new RelaySettings(IDLE.toNanos(), HALF_CLOSE.toNanos(), anyLimit(random), anyLimit(random));
    Relay relay = new Relay(loop, client.socket, server.socket, settings, recorder);
    relay.start();
    for (int step = 0; recorder.end.isEmpty(); step++) {
      assertThat(step).as("seed %d: does not end", seed).isLessThan(20_000);
      client.act(random);
      server.act(random);
      loop.runOnce(0);
      // Once nothing moves any more, time does.
      clock.advance(step < 500 ? Duration.ofMillis(1) : Duration.ofSeconds(1));
    }
    String context = "seed " + seed + " ended " + recorder.end.get();
    checkSide(context, client, server);
    checkSide(context, server, client);
    checkReason(context, recorder.end.get(), client, server);
    assertThat(loop.buffers().lent()).as(context).isZero();
    assertThat(client.socket.isClosed() && server.socket.isClosed()).as(context).isTrue();
    long moved = relay.bytesFromClient() + relay.bytesFromServer();
    assertThat(recorder.tapped).as(context).isEqualTo(recorder.taps ? moved : 0);
    assertThat(client.socket.conduits() + server.socket.conduits()).as(context).isZero();
    assertThat(recorder.halfCloses).isLessThanOrEqualTo(1);
    loop.stop();
  }

  /** Mostly none; else one at which everything takes half a minute at most. */
  private static long anyLimit(Random random) {
    return random.nextInt(3) == 0 ? 1000 + random.nextInt(1_000_000) : RelaySettings.UNLIMITED;
  }

  private static void checkSide(String context, Far receiver, Far sender) {
    byte[] received = receiver.socket.farReceived();
    byte[] expected = Arrays.copyOf(sender.bytes, received.length);
    assertThat(received).as(context).isEqualTo(expected);
    boolean everything = sender.done && received.length == sender.bytes.length;
    if (receiver.socket.farSeesEnd()) {
      assertThat(everything).as(context + ": an end in order though bytes are missing").isTrue();
      assertThat(sender.ending).as(context).isEqualTo(Ending.ENDS);
    }
    boolean receiverIsWell = !receiver.stalls && receiver.ending != Ending.RESETS;
    if (sender.done && sender.ending == Ending.RESETS && receiverIsWell) {
      assertThat(everything).as(context + ": bytes sent before the reset are missing").isTrue();
      assertThat(receiver.socket.farSeesReset()).as(context + ": the reset was hidden").isTrue();
    }
  }

  private static void checkReason(String context, RelayEnd end, Far client, Far server) {
    boolean bothEnded = client.ending == Ending.ENDS && server.ending == Ending.ENDS;
    if (bothEnded && !client.stalls && !server.stalls) {
      assertThat(end).as(context).isEqualTo(RelayEnd.COMPLETED);
    }
    switch (end) {
      case COMPLETED -> assertThat(bothEnded).as(context).isTrue();
      case CLIENT_RESET -> assertThat(client.ending).as(context).isEqualTo(Ending.RESETS);
      case SERVER_RESET -> assertThat(server.ending).as(context).isEqualTo(Ending.RESETS);
      case IDLE_TIMEOUT, HALF_CLOSE_TIMEOUT ->
          assertThat(
                  client.stalls
                      || server.stalls
                      || client.ending == Ending.STAYS
                      || server.ending == Ending.STAYS)
              .as(context)
              .isTrue();
      case ABORTED, FAILED -> throw new AssertionError(context);
    }
  }
}
