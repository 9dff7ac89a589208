package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RandomChoiceTest {
  private static final int DRAWS = 50_000;

  @Test
  void randomDrawsEachAsOftenWhateverItsWeight() {
    Pool pool = TestPools.weighted(BalancingStrategy.random(), 256, 1, 7, 1, 9);

    ChiSquare.assertProportional(
        "random", TestPools.counts(pool, DRAWS), new double[] {1, 1, 1, 1, 1});
  }

  @Test
  void weightedRandomDrawsInProportion() {
    Pool pool = TestPools.weighted(BalancingStrategy.weightedRandom(), 256, 1, 100, 50, 9);

    ChiSquare.assertProportional(
        "weighted random", TestPools.counts(pool, DRAWS), new double[] {256, 1, 100, 50, 9});
  }

  @Test
  void drawsDoNotDependOnTheOneBefore() {
    Pool pool = TestPools.equal(BalancingStrategy.random(), 3);
    List<Integer> drawn = TestPools.choices(pool, DRAWS);
    long[] pairs = new long[9];
    for (int i = 1; i < drawn.size(); i += 2) {
      pairs[3 * drawn.get(i - 1) + drawn.get(i)]++;
    }

    ChiSquare.assertProportional("pairs", pairs, new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1});
  }

  @Test
  void twoChoicesNeverDrawsTheSameMemberTwice() {
    Pool pool = TestPools.equal(BalancingStrategy.randomTwoChoices(), 20);
    TestPools.load(pool.members().get(7), 1);

    // Drawn twice, the loaded one would be chosen: 50 times on average.
    assertThat(TestPools.counts(pool, 20_000)[7])
        .as("choices of the only member that is heavier than every other")
        .isZero();
  }

  @Test
  void twoChoicesTakesTheLighterOfTwo() {
    Pool pool = TestPools.equal(BalancingStrategy.randomTwoChoices(), 10);
    double[] pairsThatTheMemberWins = new double[10];
    for (int i = 0; i < 10; i++) {
      TestPools.load(pool.members().get(i), i);
      pairsThatTheMemberWins[i] = 9 - i;
    }

    ChiSquare.assertProportional(
        "two choices", TestPools.counts(pool, DRAWS), pairsThatTheMemberWins);
  }

  @Test
  void twoChoicesComparesLoadsForTheirWeights() {
    Pool pool =
        TestPools.weighted(BalancingStrategy.randomTwoChoices(), 1, 1, 1, 1, 1, 1, 1, 1, 100);
    pool.members().subList(0, 8).forEach(member -> TestPools.load(member, 1));
    TestPools.load(pool.members().get(8), 50);
    long[] counts = TestPools.counts(pool, 9_000);

    // It is drawn in 2 of 9 pairs and wins each of them.
    ChiSquare.assertProportional(
        "heavy weight against the others",
        new long[] {counts[8], 9_000 - counts[8]},
        new double[] {2, 7});
  }

  @Test
  void twoChoicesLooksAtAllOfEight() {
    Pool pool = TestPools.equal(BalancingStrategy.randomTwoChoices(), 8);
    pool.members().forEach(member -> TestPools.load(member, 2));
    pool.members().get(5).release();

    assertThat(TestPools.choices(pool, 500)).containsOnly(5);
  }

  @Test
  void twoChoicesSpreadsTiesOfASmallPool() {
    Pool pool = TestPools.equal(BalancingStrategy.randomTwoChoices(), 4);

    ChiSquare.assertProportional("ties", TestPools.counts(pool, DRAWS), new double[] {1, 1, 1, 1});
  }
}
