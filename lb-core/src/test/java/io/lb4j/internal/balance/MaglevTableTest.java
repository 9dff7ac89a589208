package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTableTest {
  private static final int SLOTS = 65_537;

  private static List<String> names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10.0." + i / 256 + "." + i % 256 + ":80")
        .toList();
  }

  private static int[] equal(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static int[] owners(MaglevTable table) {
    return IntStream.range(0, table.slots()).map(table::ownerOf).toArray();
  }

  private static long[] shares(MaglevTable table, int candidates) {
    long[] shares = new long[candidates];
    Arrays.stream(owners(table)).forEach(owner -> shares[owner]++);
    return shares;
  }

  /** Table 1 of the paper: the permutations of B0, B1, B2, and the lookup before and after B1. */
  @Test
  void agreesWithTheExampleOfThePaper() {
    int[] starts = {3, 0, 3};
    int[] steps = {4, 2, 1};

    assertThat(MaglevTable.fill(new int[] {0, 1, 2}, starts, steps, equal(3), 7))
        .containsExactly(1, 0, 1, 0, 2, 2, 0);
    assertThat(MaglevTable.fill(new int[] {0, 2}, starts, steps, equal(3), 7))
        .containsExactly(0, 0, 0, 0, 2, 2, 2);
  }

  /** From Envoy's unit tests of its Maglev load balancer. */
  @Test
  void agreesWithEnvoy() {
    List<String> six = IntStream.range(90, 96).mapToObj(port -> "127.0.0.1:" + port).toList();
    assertThat(owners(MaglevTable.of(six, equal(6), 7))).containsExactly(2, 4, 0, 1, 5, 0, 3);

    List<String> hostNames = List.of("90", "91", "92", "93", "94", "95");
    assertThat(owners(MaglevTable.of(hostNames, equal(6), 7))).containsExactly(2, 5, 0, 3, 4, 1, 0);

    assertThat(owners(MaglevTable.of(six.subList(0, 2), new int[] {1, 2}, 17)))
        .containsExactly(1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1);
    assertThat(owners(MaglevTable.of(six.subList(0, 2), new int[] {1, 1}, 17)))
        .containsExactly(1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1);
  }

  @Test
  void theOrderOfTheCandidatesDoesNotMatter() {
    List<String> names = names(20);
    List<String> backwards = new ArrayList<>(names);
    Collections.reverse(backwards);

    int[] mirrored =
        Arrays.stream(owners(MaglevTable.of(backwards, equal(20), 2011)))
            .map(i -> 19 - i)
            .toArray();
    assertThat(mirrored).containsExactly(owners(MaglevTable.of(names, equal(20), 2011)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 100, 1000})
  void equalCandidatesDifferByOneSlotAtMost(int count) {
    long[] shares = shares(MaglevTable.of(names(count), equal(count), SLOTS), count);

    assertThat(Arrays.stream(shares).max().getAsLong() - Arrays.stream(shares).min().getAsLong())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void sharesAreInProportionToTheWeights() {
    int[] weights = {100, 200, 300, 500, 25_600, 1};
    long[] shares = shares(MaglevTable.of(names(6), weights, SLOTS), 6);
    double all = Arrays.stream(weights).sum();

    for (int i = 0; i < weights.length; i++) {
      assertThat((double) shares[i])
          .as("slots of weight %d", weights[i])
          .isCloseTo(SLOTS * weights[i] / all, within((double) weights.length));
    }
  }

  @Test
  void weightZeroGetsNoSlotUnlessAllAreZero() {
    long[] shares = shares(MaglevTable.of(names(3), new int[] {0, 1, 0}, 101), 3);
    assertThat(shares).containsExactly(0, 101, 0);

    long[] ofZeros = shares(MaglevTable.of(names(3), new int[3], 101), 3);
    assertThat(ofZeros).containsExactlyInAnyOrder(34, 34, 33);
  }

  @Test
  void theLargestWeightsNeitherOverflowNorLoop() {
    int[] huge = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE / 2, 1};
    long[] shares = shares(MaglevTable.of(names(4), huge, SLOTS), 4);

    assertThat(shares[0]).isCloseTo(SLOTS * 2L / 5, within(2L));
    assertThat(shares[2]).isCloseTo(SLOTS / 5L, within(2L));
    assertThat(shares[3]).isEqualTo(1);
  }

  @Test
  void moreCandidatesThanSlotsFillTheTableAllTheSame() {
    assertThat(owners(MaglevTable.of(names(10), equal(10), 7))).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void aHashIsTakenUnsigned() {
    MaglevTable table = MaglevTable.of(names(3), equal(3), 7);
    assertThat(table.slotOf(-1)).isEqualTo((int) Long.remainderUnsigned(-1, 7)).isNotNegative();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100, 1000})
  void whenOneGoesFewSlotsMoveThatWereNotItsOwn(int count) {
    int[] before = owners(MaglevTable.of(names(count), equal(count), SLOTS));
    int gone = count / 2;
    int[] weights = equal(count);
    weights[gone] = 0;
    int[] after = owners(MaglevTable.of(names(count), weights, SLOTS));

    long moved =
        IntStream.range(0, SLOTS).filter(i -> before[i] != gone && before[i] != after[i]).count();
    assertThat((double) moved / SLOTS).as("share that moved without need").isLessThan(0.01);
  }
}
