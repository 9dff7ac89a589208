package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.AgentOrders;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pool says of choices that it does not make. */
@Timeout(20)
class ExplainTest {
  private static final SocketAddress CLIENT = StubFlow.inet("192.0.2.7", 40_000);

  private static List<String> words(Explanation explanation) {
    return explanation.standings().stream().map(Explanation.Standing::words).toList();
  }

  static List<BalancingStrategy> foretelling() {
    return List.of(
        BalancingStrategy.roundRobin(),
        BalancingStrategy.weightedRoundRobin(),
        BalancingStrategy.leastConnections(),
        BalancingStrategy.sourceHash());
  }

  @ParameterizedTest
  @MethodSource("foretelling")
  void whatIsForetoldHappensHoweverOftenItIsAsked(BalancingStrategy strategy) {
    Pool pool = TestPools.weighted(strategy, 3, 1, 2, 1, 5);
    for (int i = 0; i < 50; i++) {
      StubFlow flow = new StubFlow();
      flow.client = StubFlow.inet("192.0.2." + i, 40_000);
      PoolMember told = pool.explain(flow.client).member().orElseThrow();
      pool.explain(flow.client);
      PoolMember chosen = TestPools.choose(pool, flow);

      assertThat(chosen).as("choice %d", i).isSameAs(told);
      assertThat(chosen.reserve(new StubFlow())).isTrue();
    }
  }

  @Test
  void whatIsDrawnAtRandomCannotBeForetold() {
    for (BalancingStrategy strategy :
        List.of(
            BalancingStrategy.random(),
            BalancingStrategy.weightedRandom(),
            BalancingStrategy.randomTwoChoices(),
            members -> flow -> members.get(0))) {
      Explanation explanation = TestPools.equal(strategy, 2).explain(CLIENT);

      assertThat(explanation.member()).isEmpty();
      assertThat(explanation.reason()).isEqualTo("the strategy cannot tell beforehand");
      assertThat(words(explanation)).containsExactly("may be chosen", "may be chosen");
    }
  }

  @Test
  void theOnlyUsableMemberIsForetoldOfAnyStrategy() {
    Pool pool = TestPools.equal(BalancingStrategy.random(), 2);
    pool.members().get(0).disable();

    assertThat(pool.explain(CLIENT).member()).contains(pool.members().get(1));
  }

  @Test
  void everyReasonHasWords() {
    SteppedClock clock = new SteppedClock();
    Pool.Builder builder =
        Pool.builder("web")
            .clock(clock)
            .slowStart(Duration.ofSeconds(10))
            .strategy(BalancingStrategy.roundRobin());
    for (int i = 0; i < 9; i++) {
      builder.member(TestPools.spec(i).priority(10));
    }
    builder.member(TestPools.spec(9)).member(TestPools.spec(10).backup());
    builder.member(MemberSpec.of("never.invalid", 80).priority(10));
    builder.resolver(
        host -> {
          throw new java.net.UnknownHostException(host);
        });
    Pool pool = builder.build();
    pool.retain();
    try {
      List<PoolMember> members = new ArrayList<>(pool.members());
      members.get(1).disable();
      members.get(2).drain();
      pool.setHealth(members.get(3), false, "connect refused");
      pool.eject(members.get(4), "5 failures");
      pool.setHealth(members.get(5), false, "");
      pool.setHealth(members.get(5), true, "");
      pool.replaceMembers(specs(members));
      TestPools.load(members.get(6), 1);
      pool.setDraining(members.get(7), true, "status 503");
      clock.step(Duration.ofSeconds(3));
      pool.advance();
      Explanation explanation = pool.explain(CLIENT);

      assertThat(words(explanation))
          .containsExactly(
              "chosen by the strategy",
              "disabled",
              "draining",
              "down for 3.0s: connect refused",
              "ejected for 27.0s more: 5 failures",
              "not the strategy's choice, slow start 30 %",
              "full: 1 of 1 flows",
              "drained by its monitor: status 503",
              "not the strategy's choice",
              "priority 0, others come first",
              "backup",
              "name not resolved");
      assertThat(explanation.toString())
          .startsWith("192.0.2.7:40000 -> web/10.0.0.1:80: chosen by the strategy\nMember ")
          .contains("10.0.0.2:80       1       0      disabled\n");
    } finally {
      pool.release();
    }
  }

  private static List<MemberSpec> specs(List<PoolMember> members) {
    List<MemberSpec> specs = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      MemberSpec spec = members.get(i).state().spec();
      specs.add(i == 6 ? spec.maxFlows(1) : spec);
    }
    return specs;
  }

  @Test
  void trialsAndAgentsHaveWordsToo() {
    SteppedClock clock = new SteppedClock();
    Pool pool =
        Pool.builder("web")
            .clock(clock)
            .member(TestPools.spec(0))
            .member(TestPools.spec(1))
            .member(TestPools.spec(2))
            .build();
    pool.retain();
    try {
      PoolMember tried = pool.members().get(1);
      pool.heed(
          pool.members().get(2),
          new AgentOrders(
              OptionalInt.empty(),
              OptionalInt.empty(),
              Optional.of(AgentOrders.Mode.DRAIN),
              Optional.empty(),
              "deploy"));
      pool.eject(tried, "5 failures");
      clock.step(Duration.ofSeconds(30));
      pool.advance();
      assertThat(words(pool.explain(CLIENT)))
          .contains("its agent says DRAINING (deploy)", "ejected, may be given a trial flow");
      assertThat(tried.reserve(new StubFlow())).isTrue();

      assertThat(words(pool.explain(CLIENT))).contains("ejected, and its trial flow is under way");
    } finally {
      pool.release();
    }
  }

  @Test
  void nobodyAndFullAreSaid() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 1);
    pool.members().get(0).disable();
    assertThat(pool.explain(CLIENT).reason()).isEqualTo("no member is available");
    pool.members().get(0).enable();
    pool.replaceMembers(List.of(TestPools.spec(0).maxFlows(1)));
    TestPools.load(pool.members().get(0), 1);

    assertThat(pool.explain(CLIENT).reason()).isEqualTo("all members are full");
  }

  @Test
  void persistenceIsRegardedAndNotRefreshed() {
    SteppedClock clock = new SteppedClock();
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 3);
    PersistencePolicy policy = PersistencePolicy.sourceAddress(Duration.ofMinutes(3));
    MemberChoice choice = TestPools.choice(pool, policy, clock);
    StubFlow flow = StubFlow.from("192.0.2.7");
    PoolMember own = ((MemberChoice.Chosen) choice.choose(flow)).member();
    clock.step(Duration.ofMinutes(2));
    Explanation explanation = choice.explain(CLIENT, 0);
    assertThat(explanation.member()).contains(own);
    assertThat(explanation.reason()).isEqualTo("remembered by persistence");
    clock.step(Duration.ofMinutes(1));

    assertThat(choice.explain(CLIENT, 0).member()).as("when the record is over").isNotEqualTo(own);
  }
}
