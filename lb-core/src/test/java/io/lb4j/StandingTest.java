package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What monitors say together: U up, R draining, D down, ? unknown, - no say. */
class StandingTest {

  @ParameterizedTest(name = "{0} of {1} is {2}")
  @CsvSource({
    "3, UUU, UP",
    "3, UUD, DOWN",
    "3, ??D, DOWN",
    "3, UU?, UNKNOWN",
    "3, UUR, DRAINING",
    "3, UU-, UP",
    "3, --D, DOWN",
    "3, ---, NONE",
    "1, DDU, UP",
    "1, D?U, UP",
    "1, D?D, UNKNOWN",
    "1, DDD, DOWN",
    "1, RUD, UP",
    "1, RDD, DRAINING",
    "1, DD-, DOWN",
    "2, UU?, UP",
    "2, U?D, UNKNOWN",
    "2, UDD, DOWN",
    "2, URD, DRAINING",
    "2, U--, UP",
    "2, ?DD, DOWN",
  })
  void followsTheTable(int needed, String parts, Standing together) {
    List<Standing> standings =
        Stream.of(parts.split(""))
            .map(
                part ->
                    switch (part) {
                      case "U" -> Standing.UP;
                      case "R" -> Standing.DRAINING;
                      case "D" -> Standing.DOWN;
                      case "?" -> Standing.UNKNOWN;
                      default -> Standing.NONE;
                    })
            .toList();

    assertThat(Standing.of(needed, standings)).isEqualTo(together);
  }
}
