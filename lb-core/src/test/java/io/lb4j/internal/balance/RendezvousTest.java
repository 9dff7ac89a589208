package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.ChiSquare;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /** From the tables that the authors of FNV publish. */
  @Test
  void hashAgreesWithThePublishedVectorsOfFnv1a() {
    assertThat(Rendezvous.hash("")).isEqualTo(0xcbf29ce484222325L);
    assertThat(Rendezvous.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(Rendezvous.hash("foobar")).isEqualTo(0x85944171f73967e8L);
  }

  /** The first numbers of SplitMix64 for the seed 1234567, as widely published. */
  @Test
  void mixAgreesWithThePublishedVectorsOfSplitMix64() {
    String[] published = {
      "6457827717110365317",
      "3203168211198807973",
      "9817491932198370423",
      "4593380528125082431",
      "16408922859458223821"
    };
    for (int i = 0; i < published.length; i++) {
      assertThat(Long.toUnsignedString(Rendezvous.mix(1_234_567 + i * GOLDEN_GAMMA)))
          .as("number %d", i)
          .isEqualTo(published[i]);
    }
  }

  @Property
  void aScoreIsAPositiveNumberThatGrowsWithTheWeight(
      @ForAll long key,
      @ForAll long candidate,
      @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE / 2) int weight) {
    double score = Rendezvous.score(key, candidate, weight);

    assertThat(score).isPositive().isFinite();
    assertThat(Rendezvous.score(key, candidate, 2 * weight)).isEqualTo(2 * score);
  }

  @Property
  void weightZeroNeverWins(
      @ForAll long key,
      @ForAll long candidate,
      @ForAll long other,
      @ForAll @IntRange(min = 1) int w) {
    assertThat(Rendezvous.score(key, candidate, 0)).isLessThan(Rendezvous.score(key, other, w));
  }

  @Test
  void candidatesWinInProportionToTheirWeights() {
    int[] weights = {1, 2, 3, 4};
    long[] wins = new long[weights.length];
    for (long key = 0; key < 100_000; key++) {
      int best = 0;
      for (int i = 1; i < weights.length; i++) {
        double score = Rendezvous.score(key, Rendezvous.hash("member-" + i), weights[i]);
        if (score > Rendezvous.score(key, Rendezvous.hash("member-" + best), weights[best])) {
          best = i;
        }
      }
      wins[best]++;
    }
    ChiSquare.assertProportional("keys 0..99999", wins, new double[] {1, 2, 3, 4});
  }
}
