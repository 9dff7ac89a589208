package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shortest expected delay, never queue, first available, and several choices. */
class ByLoadTest {
  private static final int DRAWS = 50_000;

  private static MemberChoice choiceOf(Pool pool) {
    PersistencePolicy none = PersistencePolicy.none();
    return TestPools.choice(pool, none, new SteppedClock());
  }

  /** So many flows that stay, as the indices of their members. */
  private static List<Integer> open(Pool pool, int flows) {
    MemberChoice choice = choiceOf(pool);
    return IntStream.range(0, flows)
        .mapToObj(i -> ((MemberChoice.Chosen) choice.choose(new StubFlow())).member())
        .map(pool.members()::indexOf)
        .toList();
  }

  private static List<Integer> loads(Pool pool) {
    return pool.members().stream().map(PoolMember::activeFlows).toList();
  }

  @Test
  void shortestDelayCountsTheFlowThatComes() {
    Pool pool = TestPools.weighted(BalancingStrategy.shortestExpectedDelay(), 1, 4);

    // 1/4, 2/4 and 3/4 are less than 1/1; then they are equal, and the turn decides.
    assertThat(open(pool, 3)).containsOnly(1);
    assertThat(TestPools.weighted(BalancingStrategy.leastConnections(), 1, 4))
        .satisfies(other -> assertThat(open(other, 2)).containsExactlyInAnyOrder(0, 1));
  }

  /** D'Hondt's apportionment: no flow would have had a shorter delay on another member. */
  @Property(tries = 100)
  void aBurstIsSpreadByExpectedDelay(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 256) Integer> drawn,
      @ForAll @IntRange(min = 1, max = 500) int flows) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
    Pool pool = TestPools.weighted(BalancingStrategy.shortestExpectedDelay(), weights);
    open(pool, flows);

    for (PoolMember from : pool.members()) {
      for (PoolMember to : pool.members()) {
        assertThat((long) from.activeFlows() * to.weight())
            .as("last flow of %s against %s, loads %s, weights %s", from, to, loads(pool), drawn)
            .isLessThanOrEqualTo((to.activeFlows() + 1L) * from.weight());
      }
    }
  }

  @Test
  void shortestDelayTiesGoRound() {
    Pool pool = TestPools.equal(BalancingStrategy.shortestExpectedDelay(), 3);

    assertThat(TestPools.choices(pool, 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void neverQueueGivesEveryIdleMemberAFlowFirst() {
    Pool pool = TestPools.weighted(BalancingStrategy.neverQueue(), 1, 8, 2, 4);

    assertThat(open(pool, 4)).as("by weight, as long as one is idle").containsExactly(1, 3, 2, 0);
    assertThat(open(pool, 1)).as("then the shortest delay").containsExactly(1);
    pool.members().get(0).release();
    assertThat(open(pool, 1)).as("the only idle one, of the smallest weight").containsExactly(0);
  }

  @Test
  void firstAvailableFillsUp() {
    Pool pool =
        Pool.builder("p")
            .strategy(BalancingStrategy.firstAvailable())
            .member(TestPools.spec(0).maxFlows(2))
            .member(TestPools.spec(1).maxFlows(3))
            .member(TestPools.spec(2))
            .build();

    assertThat(open(pool, 8)).containsExactly(0, 0, 1, 1, 1, 2, 2, 2);
    pool.members().get(0).release();
    assertThat(open(pool, 2)).as("room in front is used first").containsExactly(0, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void theLeastLoadedOfSomeDifferentOnesIsTaken(int choices) {
    int size = 20;
    Pool pool = TestPools.equal(BalancingStrategy.choices(choices), size);
    double[] subsetsThatTheMemberWins = new double[size];
    for (int i = 0; i < size; i++) {
      TestPools.load(pool.members().get(i), i);
      subsetsThatTheMemberWins[i] = binomial(size - 1 - i, choices - 1);
    }

    ChiSquare.assertProportional(
        choices + " choices", TestPools.counts(pool, DRAWS), subsetsThatTheMemberWins);
  }

  private static double binomial(int n, int k) {
    double result = n < k ? 0 : 1;
    for (int i = 0; i < k && n >= k; i++) {
      result = result * (n - i) / (i + 1);
    }
    return result;
  }

  @Test
  void choicesSpreadTies() {
    double[] equal = new double[40];
    Arrays.fill(equal, 1);

    ChiSquare.assertProportional(
        "ties of 40",
        TestPools.counts(TestPools.equal(BalancingStrategy.choices(5), 40), DRAWS),
        equal);
  }

  @Test
  void choicesCompareLoadsForTheirWeights() {
    Pool pool = TestPools.weighted(BalancingStrategy.choices(4), 1, 1, 1, 1, 1, 1, 1, 1, 100);
    pool.members().subList(0, 8).forEach(member -> TestPools.load(member, 1));
    TestPools.load(pool.members().get(8), 50);
    long[] counts = TestPools.counts(pool, 9_000);

    ChiSquare.assertProportional(
        "drawn in 4 of 9 subsets and wins each of them",
        new long[] {counts[8], 9_000 - counts[8]},
        new double[] {4, 5});
  }

  @Test
  void choicesLookAtAllOfAPoolTwiceAsLargeAsTheirNumber() {
    Pool pool = TestPools.equal(BalancingStrategy.choices(32), 64);
    pool.members().forEach(member -> TestPools.load(member, 2));
    pool.members().get(50).release();

    assertThat(TestPools.choices(pool, 500)).containsOnly(50);
  }

  @Test
  void choicesFindTheOnlyUsableMember() {
    Pool pool = TestPools.equal(BalancingStrategy.choices(3), 50);
    PoolMember only = pool.members().get(17);
    Flow flow = StubFlow.mayUse(only::equals);

    for (int i = 0; i < 200; i++) {
      assertThat(TestPools.choose(pool, flow)).as("choice %d", i).isSameAs(only);
    }
  }
}
