package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which member a flow gets, without a socket. */
@Timeout(30)
class MemberChoiceTest {
  private static final PersistencePolicy BY_SOURCE =
      PersistencePolicy.sourceAddress(Duration.ofMinutes(3));

  private final SteppedClock clock = new SteppedClock();
  private final LogCapture log = LogCapture.of(CallbackGuard.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  private MemberChoice choice(Pool pool, PersistencePolicy policy) {
    return TestPools.choice(pool, policy, clock);
  }

  private MemberChoice choice(Pool pool) {
    return choice(pool, PersistencePolicy.none());
  }

  /** What a flow of a client gets; it gives its place back at once. */
  private static PoolMember visit(MemberChoice choice, String client) {
    return visit(choice, StubFlow.from(client));
  }

  private static PoolMember visit(MemberChoice choice, StubFlow flow) {
    PoolMember member = chosen(choice.choose(flow));
    member.release();
    return member;
  }

  private static PoolMember chosen(MemberChoice.Choice choice) {
    assertThat(choice).isInstanceOf(MemberChoice.Chosen.class);
    return ((MemberChoice.Chosen) choice).member();
  }

  private static void assertRefused(MemberChoice choice, StubFlow flow, CloseReason reason) {
    assertThat(choice.choose(flow)).isEqualTo(new MemberChoice.Refused(reason));
  }

  /** Knows a member under the first key that it is asked for, and has no room for a record. */
  private record Exhausted(Optional<PoolMember> known) implements Recall {
    @Override
    public Optional<PoolMember> find(FlowKey key) {
      return key.toString().contains("/") ? Optional.empty() : known;
    }

    @Override
    public Optional<PoolMember> peek(FlowKey key) {
      return find(key);
    }

    @Override
    public PoolMember claim(FlowKey key, PoolMember member, boolean panic) {
      throw new OutOfMemoryError("on purpose");
    }

    @Override
    public void put(FlowKey key, PoolMember member) {}
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMemberIsGivenBackWhenThereIsNoMemoryForTheRecord(boolean known) {
    Pool pool = threeMembers();
    PersistencePolicy policy = BY_SOURCE.orElse(KeySource.sourceAddress(8, 128));
    Optional<PoolMember> member = Optional.of(pool.members().get(1)).filter(one -> known);
    MemberChoice choice = new MemberChoice(pool, policy, new Exhausted(member));

    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> choice.choose(StubFlow.from("10.1.1.1")));
    assertThat(pool.members()).allMatch(one -> one.activeFlows() == 0);
  }

  private static Pool threeMembers() {
    return TestPools.equal(BalancingStrategy.roundRobin(), 3);
  }

  // ---- without persistence

  @Test
  void whatIsChosenIsCountedAlready() {
    Pool pool = threeMembers();
    PoolMember member = chosen(choice(pool).choose(new StubFlow()));

    assertThat(member.activeFlows()).isEqualTo(1);
  }

  @Test
  void withoutAvailableMembersFlowsAreRefused() {
    Pool pool = threeMembers();
    pool.members().get(0).disable();
    pool.members().get(1).drain();
    pool.remove(pool.members().get(2));

    assertRefused(choice(pool), new StubFlow(), CloseReason.NO_MEMBER);
    assertRefused(choice(Pool.builder("empty").build()), new StubFlow(), CloseReason.NO_MEMBER);
  }

  @Test
  void aMaximumOfFlowsIsExactWithEightThreads() {
    Pool pool =
        Pool.builder("p").maxFlowsPerMember(10).member("10.0.0.1", 1).member("10.0.0.2", 1).build();
    MemberChoice choice = choice(pool);
    AtomicInteger chosen = new AtomicInteger();
    Set<CloseReason> refusals = ConcurrentHashMap.newKeySet();
    Threads.together(
        8,
        number -> {
          for (int i = 0; i < 10; i++) {
            if (choice.choose(new StubFlow()) instanceof MemberChoice.Refused refused) {
              refusals.add(refused.reason());
            } else {
              chosen.incrementAndGet();
            }
          }
        });

    assertThat(chosen).hasValue(20);
    assertThat(refusals).containsExactly(CloseReason.MEMBERS_FULL);
    assertThat(pool.members()).extracting(PoolMember::activeFlows).containsExactly(10, 10);
  }

  @Test
  void aFlowThatHasTriedEveryMemberIsRefusedForWantOfOne() {
    assertRefused(choice(threeMembers()), StubFlow.mayUse(member -> false), CloseReason.NO_MEMBER);
  }

  @Test
  void theNextInTheListStandsInForAChoiceThatMayNotBeUsed() {
    Pool pool = TestPools.equal(available -> flow -> available.get(available.size() - 1), 4);
    PoolMember last = pool.members().get(3);

    assertThat(visit(choice(pool), StubFlow.mayUse(member -> member != last)))
        .isSameAs(pool.members().get(0));
  }

  // ---- strategies that break their contract

  @Test
  void aChooserThatThrowsRefusesTheFlow() {
    assertStrategyFails(
        available ->
            flow -> {
              throw new IllegalStateException("by the host");
            },
        "Chooser.choose");
  }

  @Test
  void aChooserThatThrowsAnErrorRefusesTheFlow() {
    assertStrategyFails(
        available ->
            flow -> {
              throw new StackOverflowError("by the host");
            },
        "Chooser.choose");
  }

  @Test
  void aChooserThatGivesNullRefusesTheFlow() {
    assertStrategyFails(available -> flow -> null, "Chooser.choose");
  }

  @Test
  void aChooserThatGivesAForeignMemberRefusesTheFlow() {
    PoolMember foreign = threeMembers().members().get(0);

    assertStrategyFails(available -> flow -> foreign, "Chooser.choose");
    assertThat(foreign.activeFlows()).isZero();
  }

  @Test
  void aStrategyThatThrowsRefusesTheFlow() {
    assertStrategyFails(
        available -> {
          throw new IllegalStateException("by the host");
        },
        "BalancingStrategy.over");
  }

  @Test
  void aStrategyThatMakesNoChooserRefusesTheFlow() {
    assertStrategyFails(available -> null, "BalancingStrategy.over");
  }

  private void assertStrategyFails(BalancingStrategy strategy, String callback) {
    Pool pool = TestPools.equal(strategy, 3);
    MemberChoice choice = choice(pool);
    for (int i = 0; i < 5; i++) {
      assertRefused(choice, new StubFlow(), CloseReason.STRATEGY_FAILED);
    }

    assertThat(pool.members()).extracting(PoolMember::activeFlows).containsOnly(0);
    assertThat(log.lines("pool p: " + callback)).as("warnings").hasSizeBetween(1, 2);
  }

  @Test
  void aChooserThatGivesARemovedMemberRefusesTheFlow() {
    PoolMember[] kept = new PoolMember[1];
    Pool pool =
        Pool.builder("p")
            .strategy(
                available -> {
                  kept[0] = kept[0] == null ? available.get(0) : kept[0];
                  return flow -> kept[0];
                })
            .member("10.0.0.1", 80)
            .member("10.0.0.2", 80)
            .build();
    MemberChoice choice = choice(pool);
    assertThat(visit(choice, new StubFlow())).isSameAs(kept[0]);

    pool.remove(kept[0]);

    assertRefused(choice, new StubFlow(), CloseReason.STRATEGY_FAILED);
    assertThat(kept[0].activeFlows()).isZero();
  }

  @Test
  void aChooserOfOursKeptFromAnEarlierListGivesNoDisabledMember() {
    List<Chooser> kept = new ArrayList<>();
    BalancingStrategy keeping =
        available -> {
          if (kept.isEmpty()) {
            kept.add(BalancingStrategy.roundRobin().over(available));
          }
          return kept.get(0);
        };
    Pool pool = TestPools.equal(keeping, 2);
    pool.members().get(0).disable();
    MemberChoice choice = choice(pool);

    assertRefused(choice, new StubFlow(), CloseReason.STRATEGY_FAILED);
    assertThat(visit(choice, "10.0.0.1")).isEqualTo(pool.members().get(1));
  }

  @Test
  void aStrategyThatComesToItsSensesIsUsedAgain() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Pool pool =
        TestPools.equal(
            available -> {
              if (broken.get()) {
                throw new IllegalStateException("by the host");
              }
              return flow -> available.get(0);
            },
            2);
    MemberChoice choice = choice(pool);
    assertRefused(choice, new StubFlow(), CloseReason.STRATEGY_FAILED);
    broken.set(false);
    pool.add("10.0.0.9", 80);

    assertThat(visit(choice, new StubFlow())).isSameAs(pool.members().get(0));
  }

  // ---- with persistence

  @Test
  void aClientKeepsItsMember() {
    MemberChoice choice = choice(threeMembers(), BY_SOURCE);
    PoolMember first = visit(choice, "192.0.2.1");
    PoolMember second = visit(choice, "192.0.2.2");
    assertThat(second).isNotSameAs(first);
    for (int i = 0; i < 10; i++) {
      assertThat(visit(choice, "192.0.2.1")).as("visit %d of the first", i).isSameAs(first);
      assertThat(visit(choice, "192.0.2.2")).as("visit %d of the second", i).isSameAs(second);
    }
  }

  @Test
  void aNetworkIsOneClient() {
    MemberChoice choice = choice(threeMembers(), BY_SOURCE.ipv4Prefix(24).ipv6Prefix(64));
    PoolMember first = visit(choice, "192.0.2.1");
    PoolMember second = visit(choice, "2001:db8::1");
    assertThat(second).isNotSameAs(first);

    assertThat(visit(choice, "192.0.2.254")).isSameAs(first);
    assertThat(visit(choice, "::ffff:192.0.2.77")).isSameAs(first);
    assertThat(visit(choice, "2001:db8::ffff:1")).isSameAs(second);
    assertThat(visit(choice, "192.0.3.1")).as("the next network").isNotSameAs(first);
  }

  @Test
  void clientsWithoutAnIpAddressAreNotRemembered() {
    MemberChoice choice = choice(threeMembers(), BY_SOURCE);
    StubFlow flow = new StubFlow();
    flow.client = UnixDomainSocketAddress.of("");

    assertThat(List.of(visit(choice, flow), visit(choice, flow), visit(choice, flow)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aRecordLivesAsLongAsItIsUsed() {
    MemberChoice choice = choice(threeMembers(), BY_SOURCE);
    PoolMember first = visit(choice, "192.0.2.1");
    for (int i = 0; i < 5; i++) {
      clock.step(Duration.ofSeconds(179));
      assertThat(visit(choice, "192.0.2.1")).as("visit %d", i).isSameAs(first);
    }
    clock.step(Duration.ofMinutes(3));
    assertThat(visit(choice, "192.0.2.1")).as("visit after the record's end").isNotSameAs(first);
  }

  @Test
  void aDrainingMemberKeepsItsPersistedClientsAndGetsNoOthers() {
    Pool pool = threeMembers();
    MemberChoice choice = choice(pool, BY_SOURCE);
    PoolMember first = visit(choice, "192.0.2.1");
    first.drain();

    assertThat(visit(choice, "192.0.2.1")).isSameAs(first);
    for (int i = 2; i < 12; i++) {
      assertThat(visit(choice, "192.0.2." + i)).as("new client %d", i).isNotSameAs(first);
    }
  }

  @Test
  void theLastMemberDrainingStillKeepsItsPersistedClients() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 1);
    MemberChoice choice = choice(pool, BY_SOURCE);
    PoolMember only = visit(choice, "192.0.2.1");
    only.drain();

    assertThat(visit(choice, "192.0.2.1")).isSameAs(only);
    assertRefused(choice, StubFlow.from("192.0.2.2"), CloseReason.NO_MEMBER);
  }

  @Test
  void theClientOfADisabledMemberIsChosenAnewAndStaysThere() {
    Pool pool = threeMembers();
    MemberChoice choice = choice(pool, BY_SOURCE);
    PoolMember first = visit(choice, "192.0.2.1");
    first.disable();
    PoolMember next = visit(choice, "192.0.2.1");
    first.enable();

    assertThat(next).isNotSameAs(first);
    assertThat(visit(choice, "192.0.2.1")).as("when the first is back").isSameAs(next);
  }

  @Test
  void theClientOfARemovedMemberIsChosenAnewAndStaysThere() {
    Pool pool = threeMembers();
    MemberChoice choice = choice(pool, BY_SOURCE);
    PoolMember first = visit(choice, "192.0.2.1");
    pool.remove(first);
    PoolMember next = visit(choice, "192.0.2.1");
    pool.add(MemberSpec.of(first.address()));

    assertThat(next).isNotSameAs(first);
    assertThat(visit(choice, "192.0.2.1")).isSameAs(next);
  }

  @Test
  void theClientOfAMemberThatIsDownIsChosenAnewAndStaysThere() {
    Pool pool = threeMembers();
    pool.retain();
    try {
      MemberChoice choice = choice(pool, BY_SOURCE);
      PoolMember first = visit(choice, "192.0.2.1");
      pool.setHealth(first, false, "connect refused");
      PoolMember next = visit(choice, "192.0.2.1");
      pool.setHealth(first, true, "");

      assertThat(next).isNotSameAs(first);
      assertThat(visit(choice, "192.0.2.1")).isSameAs(next);
    } finally {
      pool.release();
    }
  }

  @Test
  void aFullMemberLendsItsClientsAndKeepsTheirRecords() {
    Pool pool =
        Pool.builder("p")
            .strategy(BalancingStrategy.roundRobin())
            .maxFlowsPerMember(1)
            .member("10.0.0.1", 80)
            .member("10.0.0.2", 80)
            .build();
    MemberChoice choice = choice(pool, BY_SOURCE);
    PoolMember own = chosen(choice.choose(StubFlow.from("192.0.2.1")));
    PoolMember lent = chosen(choice.choose(StubFlow.from("192.0.2.1")));
    assertThat(lent).as("the second flow at once").isNotSameAs(own);

    own.release();

    assertThat(visit(choice, "192.0.2.1")).as("the flow after that").isSameAs(own);
  }

  @Test
  void aMemberThatRefusedOneConnectionLendsTheClientAndKeepsItsRecord() {
    MemberChoice choice = choice(threeMembers(), BY_SOURCE);
    PoolMember own = visit(choice, "192.0.2.1");
    StubFlow retry = StubFlow.from("192.0.2.1");
    retry.mayUse = member -> member != own;

    assertThat(visit(choice, retry)).isNotSameAs(own);
    assertThat(visit(choice, "192.0.2.1")).isSameAs(own);
  }

  @Test
  void theFirstFlowsOfAClientGoToOneMember() {
    for (int round = 0; round < 100; round++) {
      Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 4);
      MemberChoice choice = choice(pool, BY_SOURCE);
      Set<PoolMember> members = ConcurrentHashMap.newKeySet();
      Threads.together(4, number -> members.add(chosen(choice.choose(StubFlow.from("192.0.2.1")))));

      assertThat(members).as("members of one client in round %d", round).hasSize(1);
      assertThat(members.iterator().next().activeFlows()).isEqualTo(4);
      assertThat(pool.members().stream().mapToInt(PoolMember::activeFlows).sum()).isEqualTo(4);
    }
  }

  @Test
  void countersStayExactWhileMembersComeAndGo() {
    Pool pool = TestPools.equal(BalancingStrategy.weightedRoundRobin(), 4);
    Set<PoolMember> everyone = ConcurrentHashMap.newKeySet();
    AtomicBoolean done = new AtomicBoolean();
    MemberChoice choice = choice(pool, BY_SOURCE.maxEntries(20));
    List<MemberSpec> more = IntStream.range(2, 7).mapToObj(TestPools::spec).toList();
    List<MemberSpec> fewer = IntStream.range(0, 4).mapToObj(TestPools::spec).toList();
    Threads.together(
        5,
        number -> {
          if (number == 0) {
            for (int i = 0; i < 200; i++) {
              pool.replaceMembers(i % 2 == 0 ? more : fewer);
              everyone.addAll(pool.members());
            }
            done.set(true);
            return;
          }
          for (int i = 0; !done.get() || i < 100; i++) {
            PoolMember member = visit(choice, "192.0.2." + (i + number) % 64);
            everyone.add(member);
          }
        });

    assertThat(everyone).allMatch(member -> member.activeFlows() == 0);
  }
}
