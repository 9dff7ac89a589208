package io.lb4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Poller;
import io.lb4j.internal.net.SimNetwork;
import io.lb4j.internal.net.SimPeer;
import io.lb4j.internal.net.SimTransport;
import io.lb4j.internal.net.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** UDP sessions over a network that loses, doubles and reorders, and many at a time. */
@Timeout(120)
class UdpSimulationTest {
  private static final int SCHEDULES = 150;
  private static final int SESSIONS = 100_000;
  private static final long MOST_BYTES_PER_SESSION = 600;

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  /** Says back what it hears, with its name before it. */
  private static SimPeer member(SimNetwork network, int number) {
    byte[] name = (number + ":").getBytes(UTF_8);
    return network.member(
        at("192.0.2." + number, 53),
        payload -> {
          byte[] answer = new byte[name.length + payload.remaining()];
          ByteBuffer.wrap(answer).put(name).put(payload);
          return List.of(answer);
        });
  }

  private static Pool.Builder pool(int members) {
    Pool.Builder pool = Pool.builder("dns").strategy(BalancingStrategy.roundRobin());
    for (int i = 1; i <= members; i++) {
      pool.member("192.0.2." + i, 53);
    }
    return pool;
  }

  private static VirtualServer.Builder edge(Pool pool) {
    return VirtualServer.builder("edge").udp().loops(2).pool(pool);
  }

  private static String text(SimPeer.Received received) {
    return new String(received.payload(), UTF_8);
  }

  @Test
  void everyClientHearsItsOwnAnswersOnlyWhateverTheNetworkDoes() {
    for (long seed = 0; seed < SCHEDULES; seed++) {
      try {
        play(seed);
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }

  private static UdpPolicy policy(Random random) {
    UdpPolicy policy = UdpPolicy.defaults();
    policy = random.nextInt(3) == 0 ? policy.endAfterReplies(random.nextInt(3)) : policy;
    policy = random.nextInt(3) == 0 ? policy.endAfterRequests(1 + random.nextInt(3)) : policy;
    return random.nextInt(4) == 0 ? policy.perDatagram() : policy;
  }

  /** One random schedule. */
  private static void play(long seed) {
    Random random = new Random(seed);
    SimNetwork network =
        new SimNetwork(seed)
            .losing(random.nextInt(3) * 0.1)
            .doubling(random.nextInt(3) * 0.1)
            .reordering(random.nextInt(3) * 0.2)
            .sendQueue(1 + random.nextInt(30));
    List<SimPeer> members = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      members.add(member(network, i));
    }
    List<SimPeer> clients = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      clients.add(network.client(at("198.51.100." + i, 4000 + i)));
    }
    VirtualServer.Builder settings =
        edge(pool(3).build()).udp(policy(random)).maxFlows(2 + random.nextInt(20));
    try (SimulatedUdp edge = new SimulatedUdp(seed, network, settings)) {
      for (int step = 0; step < 60; step++) {
        int who = random.nextInt(clients.size());
        clients.get(who).send(SimulatedUdp.ADDRESS, (who + "/" + step).getBytes(UTF_8));
        if (random.nextInt(2) == 0) {
          edge.turn();
          edge.checkInvariants();
        }
        if (random.nextInt(30) == 0) {
          edge.pass(Duration.ofSeconds(61)); // all are idle
          edge.checkInvariants();
        }
        if (random.nextInt(40) == 0) {
          int gone = random.nextInt(3);
          members.get(gone).close();
          members.set(gone, member(network, gone + 1));
        } else if (random.nextInt(60) == 0) {
          members.get(random.nextInt(3)).close();
        }
        if (random.nextInt(60) == 0) {
          edge.flows().forEach(Flow::close);
        }
        checkReplies(clients);
      }
      edge.turns(10);
      edge.checkInvariants();
      checkReplies(clients);
      long toMembers = members.stream().mapToLong(SimPeer::receivedCount).sum();
      assertThat(toMembers).isLessThanOrEqualTo(2 * edge.datagrams().fromClients());
    }
  }

  private static void checkReplies(List<SimPeer> clients) {
    for (int i = 0; i < clients.size(); i++) {
      for (SimPeer.Received reply : clients.get(i).take()) {
        assertThat(reply.source()).isEqualTo(SimulatedUdp.ADDRESS);
        assertThat(text(reply)).containsPattern("^[123]:" + i + "/");
      }
    }
  }

  @Test
  void idleSessionsEndInOrderAndLeaveNothing() {
    SimNetwork network = new SimNetwork(1);
    member(network, 1);
    try (SimulatedUdp edge = new SimulatedUdp(1, network, edge(pool(1).build()))) {
      SimPeer early = network.client(at("198.51.100.1", 1));
      SimPeer late = network.client(at("198.51.100.2", 2));
      early.send(SimulatedUdp.ADDRESS, new byte[1]);
      late.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.turns(4);
      edge.pass(Duration.ofSeconds(40));
      late.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.turns(4);
      assertThat(edge.flows().size()).isEqualTo(2);

      edge.pass(Duration.ofSeconds(21));
      assertThat(edge.flows().stream().map(Flow::client)).containsExactly(late.address());
      edge.pass(Duration.ofSeconds(38));
      assertThat(edge.flows().size()).isEqualTo(1);
      edge.pass(Duration.ofSeconds(2));
      assertThat(edge.flows().closed(CloseReason.IDLE_TIMEOUT)).isEqualTo(2);
    }
  }

  @Test
  void floodOfNewClientsStaysWithinTheMaximum() {
    SimNetwork network = new SimNetwork(2);
    member(network, 1);
    VirtualServer.Builder settings = edge(pool(1).build()).loops(1).maxFlows(100);
    try (SimulatedUdp edge = new SimulatedUdp(2, network, settings)) {
      for (int i = 0; i < 20_000; i++) {
        try (SimPeer spoofed =
            network.client(at("10.0." + (i / 250) + "." + (i % 250), 1 + i % 60_000))) {
          spoofed.send(SimulatedUdp.ADDRESS, new byte[20]);
          edge.turns(i % 16 == 0 ? 1 : 0);
        }
      }
      edge.turns(20);

      edge.checkInvariants();
      assertThat(edge.flows().size()).isEqualTo(100);
      assertThat(edge.flows().closed(CloseReason.EVICTED))
          .isEqualTo(edge.flows().opened() - 100)
          .isGreaterThan(10_000);
    }
  }

  @Test
  void fullBuffersDropAndCount() {
    SimNetwork network = new SimNetwork(4);
    SimPeer member = member(network, 1);
    SimPeer client = network.client(at("198.51.100.1", 1));
    try (SimulatedUdp edge = new SimulatedUdp(4, network, edge(pool(1).build()))) {
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      network.sendQueue(0);
      edge.turns(2);
      assertThat(edge.datagrams())
          .isEqualTo(new DatagramCounters(1, 0, Map.of(DatagramDrop.BUFFER_FULL, 1L), Map.of()));

      network.sendQueue(10);
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      while (member.receivedCount() == 0) {
        edge.turn();
      }
      network.sendQueue(0);
      edge.turns(4);
      assertThat(edge.datagrams().droppedFromMembers())
          .isEqualTo(Map.of(DatagramDrop.BUFFER_FULL, 1L));
      assertThat(client.take()).isEmpty();
    }
  }

  @Test
  void sessionClosedWhileAnotherMakesRoomForItOpensNoSocket() {
    SimNetwork network = new SimNetwork(6).ports(10);
    member(network, 1);
    AtomicReference<Flow> last = new AtomicReference<>();
    List<Flow> connectedAfterTheirEnd = new ArrayList<>();
    FlowListener closesTheNewOneToo =
        new FlowListener() {
          @Override
          public void onOpen(Flow flow) {
            last.set(flow);
          }

          @Override
          public void onConnected(Flow flow) {
            if (flow.closeReason().isPresent()) {
              connectedAfterTheirEnd.add(flow);
            }
          }

          @Override
          public void onClose(Flow flow, CloseReason reason) {
            if (reason == CloseReason.EVICTED) {
              last.get().close();
            }
          }
        };
    VirtualServer.Builder settings =
        edge(pool(1).build()).loops(1).virtualClient("127.0.0.1").listener(closesTheNewOneToo);
    try (SimulatedUdp edge = new SimulatedUdp(6, network, settings)) {
      for (int i = 1; i <= 15; i++) {
        network.client(at("198.51.100." + i, 1)).send(SimulatedUdp.ADDRESS, new byte[1]);
        edge.turns(4);
        edge.checkInvariants();
      }

      assertThat(edge.flows().closed(CloseReason.EVICTED)).isPositive();
      assertThat(connectedAfterTheirEnd).isEmpty();
    }
  }

  @Test
  void memberThatNeverAnswersIsLeftThoughItsClientGoesOnAsking() {
    SimNetwork network = new SimNetwork(7);
    network.member(at("192.0.2.1", 53), payload -> List.of());
    member(network, 2);
    SimPeer client = network.client(at("198.51.100.1", 1));
    VirtualServer.Builder settings =
        edge(pool(2).build()).udp(UdpPolicy.defaults().endAfterReplies(1));
    try (SimulatedUdp edge = new SimulatedUdp(7, network, settings)) {
      for (int i = 0; i < 3; i++) {
        client.send(SimulatedUdp.ADDRESS, new byte[1]);
        edge.pass(Duration.ofSeconds(21));
      }
      assertThat(client.take()).isEmpty();

      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.turns(6);

      assertThat(client.take()).hasSize(1);
      assertThat(edge.pool().members().get(0).connectFailures()).isEqualTo(1);
    }
  }

  @Test
  void memberIsNotBlamedForWhatItWasNeverSent() {
    SimNetwork network = new SimNetwork(11).longest(100);
    member(network, 1);
    SimPeer client = network.client(at("198.51.100.1", 1));
    Pool pool = pool(1).proxyProtocol(ProxyProtocol.v2()).build();
    VirtualServer.Builder settings = edge(pool).udp(UdpPolicy.defaults().endAfterReplies(1));
    try (SimulatedUdp edge = new SimulatedUdp(11, network, settings)) {
      client.send(SimulatedUdp.ADDRESS, new byte[90]); // with a header of 28
      edge.pass(Duration.ofSeconds(61));

      assertThat(edge.datagrams().droppedFromClients())
          .isEqualTo(Map.of(DatagramDrop.TOO_LONG, 1L));
      assertThat(pool.members().get(0).connectFailures()).isZero();
      assertThat(edge.flows().size()).isZero();
    }
  }

  @Test
  void datagramThatClaimsToComeFromUsGoesNowhere() {
    SimNetwork network = new SimNetwork(12);
    SimPeer member = member(network, 1);
    SimPeer client = network.client(at("198.51.100.1", 1));
    try (SimulatedUdp edge = new SimulatedUdp(12, network, edge(pool(1).build()))) {
      client.forge(SimulatedUdp.ADDRESS, SimulatedUdp.ADDRESS, new byte[1]);
      edge.turns(6);

      assertThat(member.receivedCount()).isZero();
      assertThat(edge.datagrams().droppedFromClients())
          .isEqualTo(Map.of(DatagramDrop.NO_SESSION, 1L));
    }
  }

  @Test
  void answeredSessionThatIsIdleIsNoFailure() {
    SimNetwork network = new SimNetwork(8);
    member(network, 1);
    SimPeer client = network.client(at("198.51.100.1", 1));
    VirtualServer.Builder settings =
        edge(pool(1).build()).udp(UdpPolicy.defaults().endAfterReplies(2));
    try (SimulatedUdp edge = new SimulatedUdp(8, network, settings)) {
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.pass(Duration.ofSeconds(61));

      assertThat(edge.flows().closed(CloseReason.IDLE_TIMEOUT)).isEqualTo(1);
      assertThat(edge.pool().members().get(0).connectFailures()).isZero();
    }
  }

  @Test
  void sessionMayWaitInTheQueueForLongerThanItMayBeIdle() {
    SimNetwork network = new SimNetwork(9);
    SimPeer client = network.client(at("198.51.100.1", 1));
    Pool pool = pool(1).queue(QueuePolicy.ofLength(5).timeout(Duration.ofSeconds(100))).build();
    pool.members().get(0).disable();
    try (SimulatedUdp edge = new SimulatedUdp(9, network, edge(pool))) {
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.pass(Duration.ofSeconds(90));
      assertThat(edge.flows().size()).isEqualTo(1);
      edge.pass(Duration.ofSeconds(11));
      assertThat(edge.flows().closed(CloseReason.QUEUE_TIMEOUT)).isEqualTo(1);
    }
  }

  @Test
  void loopWithoutSessionsFindsRoomAtAnother() {
    SimNetwork network = new SimNetwork(10);
    member(network, 1);
    try (SimulatedUdp edge = new SimulatedUdp(10, network, edge(pool(1).build()).maxFlows(1))) {
      for (int i = 1; i <= 40; i++) {
        SimPeer client = network.client(at("198.51.100." + i, 1));
        for (int tries = 0; tries < 2; tries++) {
          client.send(SimulatedUdp.ADDRESS, new byte[1]);
          edge.turns(6);
        }
        assertThat(client.take()).as("client %d", i).isNotEmpty();
      }
      assertThat(edge.flows().closed(CloseReason.MAX_FLOWS)).isPositive();
    }
  }

  @Test
  void sessionThatWasFullGoesOn() {
    SimNetwork network = new SimNetwork(5);
    member(network, 1);
    SimPeer client = network.client(at("198.51.100.1", 1));
    try (SimulatedUdp edge = new SimulatedUdp(5, network, edge(pool(1).build()))) {
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      network.sendQueue(0);
      edge.turns(2);
      network.sendQueue(10);
      client.send(SimulatedUdp.ADDRESS, new byte[1]);
      edge.turns(6);

      assertThat(client.take()).hasSize(1);
      assertThat(edge.flows().opened()).isEqualTo(1);
    }
  }

  /** Of the heap, without what the simulation takes for itself. */
  @Test
  void hundredThousandSessionsTakeLittleMemory() throws Exception {
    SimNetwork network = new SimNetwork(3);
    member(network, 1);
    List<SimPeer> clients = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      String host = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
      clients.add(network.client(at(host, 5000)));
    }
    long simulated = bytesOfLinks(network);
    VirtualServer.Builder settings = edge(pool(1).build()).maxFlows(SESSIONS);
    try (SimulatedUdp edge = new SimulatedUdp(3, network, settings)) {
      long before = usedBytes();
      for (int i = 0; i < SESSIONS; i++) {
        clients.get(i).send(SimulatedUdp.ADDRESS, new byte[] {(byte) i});
        edge.turns(i % 64 == 0 ? 4 : 0);
      }
      edge.turns(8);
      assertThat(clients).allSatisfy(client -> assertThat(client.take()).hasSize(1));
      assertThat(edge.flows().size()).isEqualTo(SESSIONS);
      edge.checkInvariants();

      long bytes = (usedBytes() - before - simulated) / SESSIONS;
      assertThat(bytes).as("bytes per session").isBetween(100L, MOST_BYTES_PER_SESSION);
    }
  }

  private static long bytesOfLinks(SimNetwork network) throws IOException {
    ConnectRequest request =
        new ConnectRequest(at("192.0.2.1", 53), Optional.empty(), SocketSettings.NONE);
    long before = usedBytes();
    try (Poller poller = new SimTransport(new Random(0), network).openPoller()) {
      for (int i = 0; i < SESSIONS; i++) {
        poller.openLink(request);
      }
      return usedBytes() - before;
    }
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      runtime.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
