package io.lb4j.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RiseFallTest {

  /** Written out by hand: results (+ passed, - failed), state after each (U up, D down). */
  @ParameterizedTest(name = "{0} gives {1}")
  @CsvSource({
    "++++++, UUUUUU",
    "------, DDDDDD",
    "+-----, UUUDDD",
    "+--+--, UUUUUU",
    "+--+---, UUUUUUD",
    "+---+-+, UUUDDDD",
    "+---++-, UUUDDUU",
    "-+----, DDDDDD",
    "-++---, DDUUUD",
    "-+-++-, DDDDUU",
    "-++--+, DDUUUU",
  })
  void riseTwoFallThreeFollowsTheTable(String results, String states) {
    assertThat(statesAfter(RiseFall.unknown(2, 3), results)).isEqualTo(states);
  }

  @Test
  void allRowsOfSixResultsAgreeWithCountingRows() {
    for (int bits = 0; bits < 64; bits++) {
      StringBuilder results = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        results.append((bits & (1 << i)) == 0 ? '-' : '+');
      }
      assertThat(statesAfter(RiseFall.unknown(2, 3), results.toString()))
          .as("states after %s", results)
          .isEqualTo(oracle(2, 3, results.toString()));
    }
  }

  @Property
  void everyRiseAndFallAgreeWithCountingRows(
      @ForAll @IntRange(min = 1, max = 8) int rise,
      @ForAll @IntRange(min = 1, max = 8) int fall,
      @ForAll @Size(max = 60) List<Boolean> passed) {
    StringBuilder results = new StringBuilder();
    passed.forEach(pass -> results.append(pass ? '+' : '-'));

    assertThat(statesAfter(RiseFall.unknown(rise, fall), results.toString()))
        .as("rise %d, fall %d, states after %s", rise, fall, results)
        .isEqualTo(oracle(rise, fall, results.toString()));
  }

  @Property
  void flipsAreBoundedByTheRowsThatTheyTake(
      @ForAll @IntRange(min = 1, max = 8) int rise,
      @ForAll @IntRange(min = 1, max = 8) int fall,
      @ForAll @Size(max = 60) List<Boolean> passed) {
    RiseFall state = RiseFall.unknown(rise, fall);
    int flips = 0;
    for (boolean pass : passed) {
      RiseFall next = state.after(pass);
      flips += next.flippedFrom(state) ? 1 : 0;
      state = next;
    }
    int rows = Math.max(0, passed.size() - 1);
    int most =
        1 + 2 * (rows / (rise + fall)) + (rows % (rise + fall) >= Math.min(rise, fall) ? 1 : 0);

    assertThat(flips).as("flips in %s", passed).isLessThanOrEqualTo(most);
  }

  @Test
  void theFirstResultIsToldWhicheverItIs() {
    RiseFall unknown = RiseFall.unknown(2, 3);

    assertThat(unknown.up()).isFalse();
    assertThat(unknown.after(true).flippedFrom(unknown)).isTrue();
    assertThat(unknown.after(false).flippedFrom(unknown)).isTrue();
  }

  @Test
  void onlyFlipsAreTold() {
    List<Integer> told = new ArrayList<>();
    RiseFall state = RiseFall.unknown(2, 3);
    String results = "+++---+-++";
    for (int i = 0; i < results.length(); i++) {
      RiseFall next = state.after(results.charAt(i) == '+');
      if (next.flippedFrom(state)) {
        told.add(i);
      }
      state = next;
    }
    assertThat(told).as("steps of %s that are told", results).containsExactly(0, 5, 9);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void riseAndFallAreAtLeastOne(int bad) {
    assertThatIllegalArgumentException().isThrownBy(() -> RiseFall.unknown(bad, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> RiseFall.unknown(2, bad));
  }

  private static String statesAfter(RiseFall start, String results) {
    StringBuilder states = new StringBuilder();
    RiseFall state = start;
    for (int i = 0; i < results.length(); i++) {
      state = state.after(results.charAt(i) == '+');
      states.append(state.up() ? 'U' : 'D');
    }
    return states.toString();
  }

  /** The rule as people say it: so many passes, or failures, in a row. */
  private static String oracle(int rise, int fall, String results) {
    StringBuilder states = new StringBuilder();
    boolean up = false;
    for (int i = 0; i < results.length(); i++) {
      if (i == 0) {
        up = results.charAt(0) == '+';
      } else if (up && results.substring(0, i + 1).endsWith("-".repeat(fall))) {
        up = false;
      } else if (!up && results.substring(0, i + 1).endsWith("+".repeat(rise))) {
        up = true;
      }
      states.append(up ? 'U' : 'D');
    }
    return states.toString();
  }
}
