package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest {

  private static MemberChoice choiceOf(Pool pool) {
    PersistencePolicy none = PersistencePolicy.none();
    return TestPools.choice(pool, none, new SteppedClock());
  }

  private static PoolMember chosen(MemberChoice choice) {
    return ((MemberChoice.Chosen) choice.choose(new StubFlow())).member();
  }

  private static List<Integer> loads(Pool pool) {
    return pool.members().stream().map(PoolMember::activeFlows).toList();
  }

  @Test
  void theLeastLoadedIsChosen() {
    Pool pool = TestPools.equal(BalancingStrategy.leastConnections(), 3);
    TestPools.load(pool.members().get(0), 3);
    TestPools.load(pool.members().get(1), 1);
    TestPools.load(pool.members().get(2), 2);

    assertThat(TestPools.choices(pool, 10)).containsOnly(1);
  }

  @Test
  void tiesGoRound() {
    Pool pool = TestPools.equal(BalancingStrategy.leastConnections(), 3);

    assertThat(TestPools.choices(pool, 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void aFlowCountsFromTheMomentItIsGivenAMember() {
    Pool pool = TestPools.equal(BalancingStrategy.leastConnections(), 3);
    MemberChoice choice = choiceOf(pool);
    for (int i = 0; i < 30; i++) {
      chosen(choice);
    }

    assertThat(loads(pool)).as("loads of a burst that nobody connected yet").containsOnly(10);
  }

  @Test
  void aMemberThatEndsItsFlowsGetsTheNext() {
    Pool pool = TestPools.equal(BalancingStrategy.leastConnections(), 4);
    MemberChoice choice = choiceOf(pool);
    for (int i = 0; i < 40; i++) {
      chosen(choice);
    }
    PoolMember quick = pool.members().get(2);
    for (int i = 0; i < 6; i++) {
      quick.release();
    }
    for (int i = 0; i < 6; i++) {
      assertThat(chosen(choice)).as("flow %d after six have ended", i).isSameAs(quick);
    }
  }

  /** After n flows, giving any of them to another member would not have been better. */
  @Property(tries = 100)
  void aBurstIsSpreadByWeight(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 256) Integer> drawn,
      @ForAll @IntRange(min = 1, max = 500) int flows) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
    Pool pool = TestPools.weighted(BalancingStrategy.leastConnections(), weights);
    MemberChoice choice = choiceOf(pool);
    for (int i = 0; i < flows; i++) {
      chosen(choice);
    }

    for (PoolMember from : pool.members()) {
      for (PoolMember to : pool.members()) {
        long loadBefore = from.activeFlows() - 1L;
        assertThat(loadBefore * to.weight())
            .as(
                "last flow of %s (weight %d) against %s, loads %s",
                from, from.weight(), to, loads(pool))
            .isLessThanOrEqualTo((long) to.activeFlows() * from.weight());
      }
    }
  }

  @Test
  void eightThreadsSpreadABurstWithinTheirOwnNumber() {
    Pool pool = TestPools.equal(BalancingStrategy.leastConnections(), 4);
    MemberChoice choice = choiceOf(pool);
    Threads.together(
        8,
        number -> {
          for (int i = 0; i < 1000; i++) {
            chosen(choice);
          }
        });

    assertThat(loads(pool).stream().mapToInt(Integer::intValue).sum()).isEqualTo(8000);
    // Between a look and the count, each other thread may have chosen the same member.
    assertThat(loads(pool)).allMatch(load -> load >= 1975 && load <= 2025);
  }
}
