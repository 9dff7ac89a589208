package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients known by several keys; the address that they come to stands for a telling one. */
class PersistenceKeysTest {
  private static final KeySource PLACE = KeySource.destinationAddress();
  private static final KeySource CLIENT = KeySource.sourceAddress();
  private static final PersistencePolicy BOTH = PersistencePolicy.by(PLACE).orElse(CLIENT);

  private final SteppedClock clock = new SteppedClock();
  private final Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 4);
  private final PoolMember first = pool.members().get(0);
  private final PoolMember second = pool.members().get(1);
  private final MemberChoice choice = TestPools.choice(pool, BOTH, clock);

  private static StubFlow flow(String client, String place) {
    StubFlow flow = StubFlow.from(client);
    flow.virtualServerAddress =
        place.isEmpty() ? UnixDomainSocketAddress.of("") : StubFlow.inet(place, 80);
    return flow;
  }

  private static PoolMember visit(MemberChoice choice, StubFlow flow) {
    PoolMember member = ((MemberChoice.Chosen) choice.choose(flow)).member();
    member.release();
    return member;
  }

  private PoolMember visit(String client, String place) {
    return visit(choice, flow(client, place));
  }

  // ---- the policy

  @Test
  void keysAreAskedInTheOrderGiven() {
    assertThat(BOTH.keySources()).containsExactly(PLACE, CLIENT);
    assertThat(BOTH.keysOf(flow("192.0.2.1", "10.9.9.9")))
        .containsExactly(
            AddressKey.of(StubFlow.inet("10.9.9.9", 0).getAddress(), 32, 128),
            AddressKey.of(StubFlow.inet("192.0.2.1", 0).getAddress(), 32, 128));
    assertThat(PersistencePolicy.none().keySources()).isEmpty();
    assertThat(PersistencePolicy.sourceAddress().keySources()).containsExactly(CLIENT);
    assertThat(BOTH)
        .hasToString("destination address, else source address for 3m00s, at most 100000 records");
  }

  @Test
  void keysThatAFlowDoesNotHaveAreLeftOutAndEqualOnesCountOnce() {
    assertThat(BOTH.keysOf(flow("192.0.2.1", ""))).hasToString("[192.0.2.1]");
    assertThat(BOTH.keysOf(flow("192.0.2.1", "192.0.2.1"))).hasSize(1);
  }

  @Test
  void prefixesConcernTheSourceAddressAlone() {
    assertThat(BOTH.ipv4Prefix(24).ipv6Prefix(64).keySources())
        .containsExactly(PLACE, KeySource.sourceAddress(24, 64));
    assertThat(PersistencePolicy.by(CLIENT).orElse(KeySource.sourceAddress(24, 128)).ipv4Prefix(16))
        .extracting(PersistencePolicy::keySources)
        .isEqualTo(List.of(KeySource.sourceAddress(16, 128)));
  }

  @Test
  void aKeyThatFallsBackByItselfIsOneKey() {
    PersistencePolicy policy = PersistencePolicy.by(PLACE.orElse(CLIENT));
    assertThat(policy.keysOf(flow("192.0.2.1", "10.9.9.9"))).hasToString("[10.9.9.9]");
    assertThat(policy.keysOf(flow("192.0.2.1", ""))).hasToString("[192.0.2.1]");
  }

  @Test
  void fallBacksNeedSomethingToFallBackFromAndSomethingElseToFallBackTo() {
    assertThatIllegalStateException()
        .isThrownBy(() -> PersistencePolicy.none().orElse(CLIENT))
        .withMessage("persistence has no key to fall back from: begin with by()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BOTH.orElse(CLIENT))
        .withMessage("key: source address (expected: one that the policy does not have yet)");
    PersistencePolicy eight = BOTH;
    for (int bits = 1; bits <= 6; bits++) {
      eight = eight.orElse(KeySource.sourceAddress(bits, 128));
    }
    PersistencePolicy full = eight;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> full.orElse(KeySource.sourceAddress(7, 128)))
        .withMessage("keys: 9 (expected: 1..8)");
  }

  // ---- the choice

  @Test
  void aClientIsFoundByAnyOfItsKeys() {
    PoolMember own = visit("192.0.2.1", "10.9.9.1");

    assertThat(visit("192.0.2.1", "")).as("by its address alone").isSameAs(own);
    assertThat(visit("192.0.2.99", "10.9.9.1")).as("by the telling key alone").isSameAs(own);
    assertThat(visit("192.0.2.98", "10.9.9.98")).as("a stranger").isNotSameAs(own);
  }

  @Test
  void theFirstKeyWithARecordDecides() {
    PoolMember byAddress = visit("192.0.2.1", "");
    PoolMember byPlace = visit("192.0.2.2", "10.9.9.1");

    assertThat(byPlace).isNotSameAs(byAddress);
    assertThat(visit("192.0.2.1", "10.9.9.1")).isSameAs(byPlace);
    assertThat(visit("192.0.2.1", ""))
        .as("a record that leads elsewhere stays")
        .isSameAs(byAddress);
  }

  @Test
  void whoIsFoundByOneKeyIsRecordedUnderTheOthers() {
    PoolMember own = visit("192.0.2.1", "");
    visit("192.0.2.1", "10.9.9.1");

    assertThat(visit("192.0.2.50", "10.9.9.1")).isSameAs(own);
  }

  @Test
  void everyKeyThatAFlowHasIsRefreshedByIt() {
    PoolMember own = visit("192.0.2.1", "10.9.9.1");
    for (int i = 0; i < 3; i++) {
      clock.step(Duration.ofMinutes(2));
      visit("192.0.2.1", "10.9.9.1");
    }

    assertThat(visit("192.0.2.1", "")).isSameAs(own);
  }

  @Test
  void theNextRecordStandsInForAMemberThatIsDisabledAndTakesItsPlace() {
    assertThat(visit("192.0.2.1", "10.9.9.1")).isSameAs(first);
    assertThat(visit("192.0.2.2", "10.9.9.2")).isSameAs(second);
    first.disable();

    assertThat(visit("192.0.2.2", "10.9.9.1")).as("by its address").isSameAs(second);
    first.enable();
    assertThat(visit("192.0.2.3", "10.9.9.1")).as("the rewritten record").isSameAs(second);
  }

  @Test
  void aClientOnLoanIsNotRecorded() {
    assertThat(visit("192.0.2.1", "10.9.9.1")).isSameAs(first);
    StubFlow refused = flow("192.0.2.7", "10.9.9.1");
    refused.mayUse = member -> member != first;
    PoolMember lent = visit(choice, refused);

    assertThat(lent).isNotSameAs(first);
    assertThat(visit("192.0.2.7", "10.9.9.1")).isSameAs(first);
    assertThat(visit("192.0.2.7", "")).as("by what it was recorded under then").isSameAs(first);
  }

  @Test
  void whatIsForetoldIsTheFirstRecordThatHolds() {
    PersistencePolicy policy =
        PersistencePolicy.by(CLIENT).orElse(KeySource.sourceAddress(24, 128));
    MemberChoice choice = TestPools.choice(pool, policy, clock);
    PoolMember own = visit(choice, StubFlow.from("192.0.2.1"));

    Explanation explanation = choice.explain(StubFlow.inet("192.0.2.2", 9), 0);
    assertThat(explanation.member()).as("by its network").contains(own);
    assertThat(explanation.reason()).isEqualTo("remembered by persistence");
    own.disable();
    assertThat(choice.explain(StubFlow.inet("192.0.2.1", 9), 0).member()).isNotEqualTo(own);
  }
}
