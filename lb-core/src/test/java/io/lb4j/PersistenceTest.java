package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients from several loopback addresses come back to their members. */
@Timeout(20)
class PersistenceTest {
  private final List<NamedServer> servers =
      List.of(NamedServer.open("a"), NamedServer.open("b"), NamedServer.open("c"));
  private final Pool pool =
      Pool.builder("web")
          .strategy(BalancingStrategy.roundRobin())
          .member(servers.get(0).spec())
          .member(servers.get(1).spec())
          .member(servers.get(2).spec())
          .build();

  @AfterEach
  void close() {
    servers.forEach(NamedServer::close);
  }

  private VirtualServer serve(PersistencePolicy policy) {
    return serve("127.0.0.1", policy);
  }

  private VirtualServer serve(String host, PersistencePolicy policy) {
    return VirtualServer.builder("edge")
        .listen(host, 0)
        .pool(pool)
        .persistence(policy)
        .loops(2)
        .start();
  }

  private PoolMember member(String name) {
    return pool.members().get("abc".indexOf(name));
  }

  @Test
  void aClientComesBackToItsMember() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress())) {
      String first = Visitor.ask(edge, "127.0.0.10");
      String second = Visitor.ask(edge, "127.0.0.11");
      String third = Visitor.ask(edge, "127.0.0.12");
      assertThat(Set.of(first, second, third)).containsExactlyInAnyOrder("a", "b", "c");
      for (int i = 0; i < 5; i++) {
        assertThat(Visitor.ask(edge, "127.0.0.12")).as("visit %d of the third", i).isEqualTo(third);
        assertThat(Visitor.ask(edge, "127.0.0.10")).as("visit %d of the first", i).isEqualTo(first);
      }
    }
  }

  @Test
  void withoutPersistenceAClientGoesRound() {
    try (VirtualServer edge = serve(PersistencePolicy.none())) {
      Set<String> names = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        names.add(Visitor.ask(edge, "127.0.0.10"));
      }
      assertThat(names).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  @Test
  void aNetworkComesBackToOneMember() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress().ipv4Prefix(24))) {
      String first = Visitor.ask(edge, "127.0.5.1");
      assertThat(Visitor.ask(edge, "127.0.5.254")).isEqualTo(first);
      assertThat(Visitor.ask(edge, "127.0.6.1")).as("the next network").isNotEqualTo(first);
      assertThat(Visitor.ask(edge, "127.0.5.77")).isEqualTo(first);
    }
  }

  @Test
  void everyVirtualServerRemembersForItself() {
    try (VirtualServer one = serve(PersistencePolicy.sourceAddress());
        VirtualServer other = serve(PersistencePolicy.sourceAddress())) {
      String first = Visitor.ask(one, "127.0.0.10");
      assertThat(Visitor.ask(other, "127.0.0.10")).isNotEqualTo(first);
      assertThat(Visitor.ask(one, "127.0.0.10")).isEqualTo(first);
    }
  }

  @Test
  void aDrainingMemberKeepsItsClientsAndADisabledOneDoesNot() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress())) {
      String own = Visitor.ask(edge, "127.0.0.10");
      member(own).drain();
      assertThat(Visitor.ask(edge, "127.0.0.10")).as("while it drains").isEqualTo(own);
      assertThat(Visitor.ask(edge, "127.0.0.11")).as("a new client").isNotEqualTo(own);
      member(own).disable();
      String next = Visitor.ask(edge, "127.0.0.10");
      assertThat(next).as("while it is disabled").isNotEqualTo(own);
      member(own).enable();
      assertThat(Visitor.ask(edge, "127.0.0.10")).as("when it is back").isEqualTo(next);
    }
  }

  @Test
  void aMemberThatRefusesAConnectionLendsItsClient() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress())) {
      String own = Visitor.ask(edge, "127.0.0.10");
      int index = "abc".indexOf(own);
      NamedServer refusing = servers.get(index);
      refusing.close();
      assertThat(Visitor.ask(edge, "127.0.0.10")).as("while it refuses").isNotEqualTo(own);
      assertThat(member(own).connectFailures()).isEqualTo(1);
      try (NamedServer back = NamedServer.openAt(own, refusing.port())) {
        assertThat(Visitor.ask(edge, "127.0.0.10")).as("when it is back").isEqualTo(own);
        assertThat(back.connections()).isEqualTo(1);
      }
    }
  }

  @Test
  void theFirstFlowsOfAClientGoToOneMember() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress())) {
      for (int round = 0; round < 10; round++) {
        String client = "127.0.1." + (round + 1);
        Set<String> names = ConcurrentHashMap.newKeySet();
        Threads.together(4, number -> names.add(Visitor.ask(edge, client)));
        assertThat(names).as("members of %s", client).hasSize(1);
      }
      Eventually.equal("open flows", 0, () -> edge.flows().size());
      assertThat(pool.members()).extracting(PoolMember::activeFlows).containsOnly(0);
    }
  }

  @Test
  void theFlowTableTellsWhatAClientIsKnownBy() {
    try (VirtualServer edge = serve(PersistencePolicy.sourceAddress().ipv4Prefix(16));
        Visitor visitor = Visitor.stay(edge, "127.0.0.10")) {
      Flow flow = edge.flows().iterator().next();

      assertThat(flow.persistenceKey()).contains("127.0.0.0/16");
      assertThat(flow.member()).contains(member(visitor.host()));
      assertThat(edge.flows().toString().lines().toList())
          .hasSize(2)
          .last()
          .asString()
          .startsWith("1        127.0.0.10:")
          .contains("  " + Addresses.text(edge.address()) + "  ", "  web/" + NamedServer.HOST)
          .endsWith("  127.0.0.0/16");
    }
  }

  @Test
  void aKeyThatShowsLaterLeadsToTheMemberOfItsFlow() {
    FlowKey session = FlowKey.of("session=7");
    PersistencePolicy policy = PersistencePolicy.sourceAddress();
    PersistenceEntries entries =
        new PersistenceEntries(policy, new SteppedClock(), new PersistenceCounters());
    try (VirtualServer edge = serve(policy);
        Visitor visitor = Visitor.stay(edge, "127.0.0.10")) {
      PoolMember own = member(visitor.host());
      PoolMember other = member(visitor.host().equals("a") ? "b" : "a");
      entries.put(session, other);
      ActiveFlow flow = (ActiveFlow) edge.flows().iterator().next();
      new MemberChoice(pool, policy, entries).learn(flow, session);

      assertThat(entries.find(session)).containsSame(own);
      assertThat(flow.persistenceKey()).contains("session=7");
      assertThat(flow.state().keys()).hasToString("[session=7, 127.0.0.10]");
      new MemberChoice(pool, PersistencePolicy.none(), entries).learn(flow, FlowKey.of("x"));
      assertThat(entries.find(FlowKey.of("x"))).as("where nothing is remembered").isEmpty();
    }
  }

  @Test
  void withoutPersistenceAFlowHasNoKey() {
    try (VirtualServer edge = serve(PersistencePolicy.none());
        Visitor visitor = Visitor.stay(edge, "127.0.0.10")) {
      assertThat(visitor.host()).isEqualTo("a");
      assertThat(edge.flows().iterator().next().persistenceKey()).isEmpty();
    }
  }

  @Test
  void anIpv4ClientOfAnIpv6ListenerIsKnownByItsIpv4Address() throws IOException {
    assumeTrue(hasIpv6(), "IPv6 on loopback");
    PersistencePolicy policy =
        PersistencePolicy.sourceAddress(Duration.ofMinutes(1)).ipv4Prefix(24);
    try (VirtualServer edge = serve("::", policy)) {
      int port = ((InetSocketAddress) edge.address()).getPort();
      try (Visitor visitor = Visitor.stay(StubFlow.inet("127.0.0.1", port), "127.0.0.10")) {
        assertThat(visitor.host()).isEqualTo("a");
        assertThat(edge.flows().iterator().next().persistenceKey()).contains("127.0.0.0/24");
      }
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, StubFlow.inet("::1", 0).getAddress())) {
      return socket.isBound();
    } catch (IOException none) {
      return false;
    }
  }
}
