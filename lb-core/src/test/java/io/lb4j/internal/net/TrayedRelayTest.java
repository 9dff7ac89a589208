package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Relays of one loop that share its tray, on simulated sockets. */
class TrayedRelayTest {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SimTransport transport = new SimTransport(new Random(1));
  private final BufferPool buffers = new BufferPool();
  private final EventLoop loop = new EventLoop("sim", transport, new ManualClock(), buffers);
  private final List<Flow> flows = new ArrayList<>();
  private Consumer<Flow> onRead = flow -> {};

  TrayedRelayTest() throws IOException {}

  private final class Flow extends NotedEnd {
    final SimSocket client = transport.poller().open();
    final SimSocket server = transport.poller().open();
    final Relay relay =
        new Relay(loop, client, server, new RelaySettings(IDLE_NANOS, IDLE_NANOS), this);

    Flow() {
      flows.add(this);
      relay.start();
    }

    void sends(int bytes) {
      client.farSend(new byte[bytes], 0, bytes);
    }

    int received() {
      return server.farReceived().length;
    }

    @Override
    public boolean wantsBytes() {
      return true;
    }

    @Override
    public void onBytes(boolean fromClient, ByteBuffer bytes) {
      onRead.accept(this);
    }
  }

  private int receivedByAll() {
    return flows.stream().mapToInt(Flow::received).sum();
  }

  private void turns(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      loop.runOnce(0);
    }
  }

  @Test
  void smallPayloadsAreSentWhenAllHaveBeenReadAndInTheSameTurn() throws IOException {
    List<Integer> sentBefore = new ArrayList<>();
    onRead = flow -> sentBefore.add(receivedByAll());
    for (int i = 0; i < 10; i++) {
      new Flow().sends(1);
    }
    loop.runOnce(0);
    assertThat(sentBefore).hasSize(10).containsOnly(0);
    turns(50);
    assertThat(flows).allSatisfy(flow -> assertThat(flow.received()).isEqualTo(1));
  }

  @Test
  void smallPayloadsAreSentAsSoonAsSomethingLargeWas() throws IOException {
    Flow large = new Flow();
    for (int i = 0; i < 20; i++) {
      new Flow().sends(1);
    }
    large.sends(4000);
    List<Integer> sentBefore = new ArrayList<>();
    List<Integer> sentAfter = new ArrayList<>();
    onRead =
        flow -> {
          int small = receivedByAll() - large.received();
          (large.received() == 0 ? sentBefore : sentAfter).add(small);
        };
    loop.runOnce(0);
    assertThat(sentBefore).hasSizeGreaterThan(3).containsOnly(0);
    assertThat(sentAfter).isNotEmpty().doesNotContain(0);
    turns(50);
    assertThat(receivedByAll()).isEqualTo(4020);
  }

  @Test
  void whatTheSinkDoesNotTakeOutOfTheTrayFollowsInOrder() throws IOException {
    Flow flow = new Flow();
    byte[] all = new byte[60_000];
    new Random(2).nextBytes(all);
    int done = 0;
    for (int round = 0; round < 100_000 && flow.received() < all.length; round++) {
      done += flow.client.farSend(all, done, Math.min(700, all.length - done));
      loop.runOnce(0);
      if (round % 40 == 0) { // long after it is full
        flow.server.farTake(5000);
      }
    }
    assertThat(flow.server.farReceived()).isEqualTo(all);
    assertThat(buffers.held()).isZero();
  }

  @Test
  void requestAndEndThatCameTogetherAreBothPassedOn() throws IOException {
    Flow flow = new Flow();
    flow.sends(10);
    flow.client.farEnd();
    turns(50);
    assertThat(flow.received()).isEqualTo(10);
    assertThat(flow.server.farSeesEnd()).isTrue();
    assertThat(flow.end).isEmpty();
  }

  @Test
  void requestBeforeResetIsPassedOnBeforeTheReset() throws IOException {
    Flow flow = new Flow();
    flow.sends(10);
    flow.client.farReset();
    turns(50);
    assertThat(flow.received()).isEqualTo(10);
    assertThat(flow.server.farSeesReset()).isTrue();
    assertThat(flow.end).contains(RelayEnd.CLIENT_RESET);
  }

  @Test
  void lostSinkEndsTheFlowAfterItsReply() throws IOException {
    Flow flow = new Flow();
    flow.server.farSend(new byte[10], 0, 10);
    flow.server.farReset();
    flow.sends(10);
    turns(50);
    assertThat(flow.client.farReceived()).hasSize(10);
    assertThat(flow.client.farSeesReset()).isTrue();
    assertThat(flow.end).contains(RelayEnd.SERVER_RESET);
  }

  @Test
  void nothingIsSentOfAFlowThatIsClosedMeanwhile() throws IOException {
    Flow flow = new Flow();
    Flow other = new Flow();
    flow.sends(1);
    other.sends(1);
    onRead = any -> flows.forEach(each -> each.relay.abort());
    loop.runOnce(0);
    assertThat(receivedByAll()).isZero();
    assertThat(flows).allSatisfy(each -> assertThat(each.end).contains(RelayEnd.ABORTED));
    assertThat(buffers.held()).isZero();
    assertThat(buffers.lent()).isZero();
  }

  /** A flow of which both sides send, and whose end may end others. */
  private static final class Chained extends NotedEnd {
    final SimSocket client;
    final SimSocket server;
    final Relay relay;
    final int[] sent = new int[2];
    Runnable then = () -> {};

    Chained(EventLoop loop, SimTransport transport) {
      client = transport.poller().open();
      server = transport.poller().open();
      relay = new Relay(loop, client, server, new RelaySettings(IDLE_NANOS, IDLE_NANOS), this);
    }

    void act(byte[] bytes, Random random) {
      sent[0] += client.farSend(bytes, sent[0], random.nextInt(900));
      sent[1] += server.farSend(bytes, sent[1], random.nextInt(900));
      client.farTake(random.nextInt(2) * 3000);
      server.farTake(random.nextInt(2) * 3000);
      switch (random.nextInt(150)) {
        case 0 -> client.farReset();
        case 1 -> server.farReset();
        case 2 -> client.farEnd();
        default -> {}
      }
    }

    @Override
    public void onHalfClosed(boolean byClient) {
      then.run();
    }

    @Override
    public void onEnd(RelayEnd how) {
      super.onEnd(how);
      then.run();
    }
  }

  @Test
  void flowsThatEndOthersInTheMiddleOfATurnMixNothingUp() throws IOException {
    long base = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      runChained(base + i);
    }
  }

  private static void runChained(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = new byte[60_000];
    random.nextBytes(bytes);
    SimTransport simulated = new SimTransport(random);
    BufferPool pool = new BufferPool();
    EventLoop turning = new EventLoop("sim", simulated, new ManualClock(), pool);
    List<Chained> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Chained flow = new Chained(turning, simulated);
      all.add(flow);
      flow.then =
          () ->
              all.stream()
                  .filter(other -> other != flow && random.nextInt(4) == 0)
                  .forEach(other -> other.relay.abort());
      flow.relay.start();
    }
    for (int turn = 0; turn < 60; turn++) {
      all.stream().filter(flow -> flow.end.isEmpty()).forEach(flow -> flow.act(bytes, random));
      turning.runOnce(0);
    }
    for (Chained flow : all) {
      flow.then = () -> {};
      flow.relay.abort();
      assertThat(flow.end).as("seed %d", seed).isNotEqualTo(Optional.of(RelayEnd.FAILED));
      for (SimSocket sink : List.of(flow.client, flow.server)) {
        byte[] got = sink.farReceived();
        assertThat(got).as("seed %d", seed).isEqualTo(Arrays.copyOf(bytes, got.length));
      }
    }
    assertThat(pool.held() + pool.lent()).as("seed %d", seed).isZero();
    turning.stop();
  }
}
