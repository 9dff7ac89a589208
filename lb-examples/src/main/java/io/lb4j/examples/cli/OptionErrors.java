package io.lb4j.examples.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the library says of its settings, in the words of the command line: options, and durations
 * in seconds.
 */
final class OptionErrors {
  private static final Pattern DURATION =
      Pattern.compile("\\bPT(?=\\d)(?:\\d+H)?(?:\\d+M)?(?:\\d+(?:\\.\\d+)?S)?");
  private static final Pattern SETTING =
      Pattern.compile(
          "pool servers: |minAvailable|fastInterval|downInterval|\\binterval\\b|\\btimeout\\b"
              + "|another priority\\(\\.\\.\\.\\)|backup\\(\\)|\\bmember");
  private static final Map<String, String> WORDS =
      Map.of(
          "pool servers: ", "",
          "minAvailable", "--priority",
          "fastInterval", "--fast-interval",
          "downInterval", "--down-interval",
          "interval", "--monitor-interval",
          "timeout", "--monitor-timeout",
          "another priority(...)", "another @PRIORITY",
          "backup()", "@backup",
          "member", "server");

  private OptionErrors() {}

  /** Gives a setting what its option says, if anything. */
  static <T> void give(String option, Optional<T> value, Consumer<T> setting) {
    if (value.isPresent()) {
      give(option, value.get(), setting);
    }
  }

  /** Gives a setting what its option says; if that is wrong, it is the option that is named. */
  static <T> void give(String option, T value, Consumer<T> setting) {
    make(
        option,
        () -> {
          setting.accept(value);
          return option;
        });
  }

  /** The same for settings that are values: what comes of it. */
  static <S, T> S with(String option, Optional<T> value, S before, BiFunction<S, T, S> setting) {
    return value.isEmpty() ? before : make(option, () -> setting.apply(before, value.get()));
  }

  private static <R> R make(String option, Supplier<R> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException wrong) {
      String withoutSetting = wrong.getMessage().replaceFirst("^\\w+: ", "");
      throw new IllegalArgumentException(option + ": " + inSeconds(withoutSetting), wrong);
    }
  }

  /** Settings of a pool that do not go together. */
  static String ofClash(String message) {
    return inSeconds(replace(SETTING, message, WORDS::get));
  }

  /** {@code PT0.5S} as {@code 0.5s}, however long it is. */
  static String inSeconds(String message) {
    return replace(DURATION, message, found -> seconds(Duration.parse(found)));
  }

  private static String replace(Pattern pattern, String text, Function<String, String> by) {
    return pattern.matcher(text).replaceAll((MatchResult found) -> by.apply(found.group()));
  }

  private static String seconds(Duration duration) {
    BigDecimal nanos = BigDecimal.valueOf(duration.getNano(), 9);
    return BigDecimal.valueOf(duration.getSeconds()).add(nanos).stripTrailingZeros().toPlainString()
        + "s";
  }
}
