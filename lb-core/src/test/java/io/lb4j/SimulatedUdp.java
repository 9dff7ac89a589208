package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.SimNetwork;
import io.lb4j.internal.net.SimTransport;
import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A UDP virtual server without sockets, on loops that the test drives with a clock it moves. */
final class SimulatedUdp implements AutoCloseable {
  static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.53", 53);
  private static final Duration STEP = Duration.ofMillis(2);

  private final SimNetwork network;
  private final ManualClock clock = new ManualClock();
  private final FlowLoops loops;
  private final Pool pool;

  SimulatedUdp(long seed, SimNetwork network, VirtualServer.Builder settings) {
    this.network = network;
    VirtualServerSettings built = settings.clock(clock).settings();
    pool = built.pool();
    loops =
        new FlowLoops(
            built,
            List.of(ServiceAddress.of("192.0.2.53", 53)),
            new FlowGate(built.maxFlows()),
            new SimTransport(new Random(seed), network));
    pool.flows().join(loops);
    loops.accept();
    turn();
  }

  Pool pool() {
    return pool;
  }

  DatagramCounters datagrams() {
    return loops.datagrams();
  }

  FlowTable flows() {
    return loops.table();
  }

  /** Lets every loop take a turn. */
  void turn() {
    try {
      for (EventLoop loop : loops.loops()) {
        loop.runOnce(0);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void turns(int count) {
    for (int i = 0; i < count; i++) {
      turn();
    }
  }

  /** Lets time pass and the loops do what is due. */
  void pass(Duration time) {
    for (long steps = time.dividedBy(STEP); steps > 0; steps--) {
      clock.advance(STEP);
      turn();
    }
    turn(); // a turn expires what was due before it
  }

  /** What always holds between two turns. */
  void checkInvariants() {
    FlowTable flows = flows();
    assertThat(flows.opened() - flows.closed()).isEqualTo(flows.size());
    long connected = flows.stream().filter(flow -> flow.member().isPresent()).count();
    int counted = pool.members().stream().mapToInt(PoolMember::activeFlows).sum();
    assertThat((long) counted).isEqualTo(connected);
    assertThat(flows.closed(CloseReason.INTERNAL_ERROR)).isZero();
    assertThat((long) network.links()).isEqualTo(connected);
  }

  @Override
  public void close() {
    pool.flows().leave(loops);
    loops.stopListening(false);
    turn();
    loops.stop();
    assertThat(flows().size()).isZero();
    assertThat(network.links()).isZero();
    assertThat(pool.members()).allSatisfy(member -> assertThat(member.activeFlows()).isZero());
  }
}
