package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WeightsTest {
  private static final int HUGE = Integer.MAX_VALUE;

  @Test
  void commonFactorsAreDividedOut() {
    assertThat(Weights.reduced(new int[] {100, 50, 150})).containsExactly(2, 1, 3);
    assertThat(Weights.reduced(new int[] {HUGE, HUGE})).containsExactly(1, 1);
    assertThat(Weights.reduced(new int[] {0, 6, 0, 9})).containsExactly(0, 2, 0, 3);
  }

  @Test
  void allZeroMeansAllEqual() {
    assertThat(Weights.reduced(new int[] {0, 0, 0, 0})).containsExactly(1, 1, 1, 1);
  }

  @Test
  void negativeWeightsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Weights.reduced(new int[] {1, -1}))
        .withMessage("weight: -1 (expected: 0 or more)");
  }

  @Test
  @Timeout(10)
  void aThousandHugeWeightsKeepWithinTheLongestCycle() {
    int[] weights = new int[1000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = HUGE - i;
    }

    int[] shares = Weights.reduced(weights);

    assertThat(Arrays.stream(shares).asLongStream().sum())
        .isBetween(1L, (long) Weights.MAX_CYCLE + weights.length);
    assertThat(Arrays.stream(shares)).allMatch(share -> share > 0);
  }

  @Property
  void noPositiveWeightIsScaledToNothing(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0) Integer> drawn) {
    int[] weights = drawn.stream().mapToInt(Integer::intValue).toArray();
    int[] shares = Weights.reduced(weights);
    boolean allZero = Arrays.stream(weights).allMatch(weight -> weight == 0);

    for (int i = 0; i < weights.length; i++) {
      assertThat(shares[i] > 0)
          .as("share of %d in %s", i, Arrays.toString(weights))
          .isEqualTo(allZero || weights[i] > 0);
    }
  }

  @Property
  void isLighterComparesTheExactFractions(
      @ForAll @IntRange(min = 0) int load,
      @ForAll @IntRange(min = 1) int weight,
      @ForAll @IntRange(min = 0) int otherLoad,
      @ForAll @IntRange(min = 1) int otherWeight) {
    BigInteger left = BigInteger.valueOf(load).multiply(BigInteger.valueOf(otherWeight));
    BigInteger right = BigInteger.valueOf(otherLoad).multiply(BigInteger.valueOf(weight));

    assertThat(Weights.isLighter(load, weight, otherLoad, otherWeight))
        .as("%d/%d < %d/%d", load, weight, otherLoad, otherWeight)
        .isEqualTo(left.compareTo(right) < 0);
  }

  @Test
  void isLighterDoesNotOverflow() {
    assertThat(Weights.isLighter(HUGE, HUGE, HUGE - 1, HUGE)).isFalse();
    assertThat(Weights.isLighter(HUGE - 1, HUGE, HUGE, HUGE)).isTrue();
    assertThat(Weights.isLighter(HUGE, 1, HUGE, HUGE)).isFalse();
    assertThat(Weights.isLighter(HUGE, HUGE, HUGE, 1)).isTrue();
  }

  @Test
  void weightZeroIsHeavierThanAnyLoadOfAWeight() {
    assertThat(Weights.isLighter(0, 0, HUGE, 1)).isFalse();
    assertThat(Weights.isLighter(HUGE, 1, 0, 0)).isTrue();
    assertThat(Weights.isLighter(1, 0, 2, 0)).as("two zeros compare by load").isTrue();
    assertThat(Weights.isLighter(2, 0, 2, 0)).isFalse();
  }
}
