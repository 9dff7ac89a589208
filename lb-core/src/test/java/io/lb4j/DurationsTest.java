package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.0ms",
    "PT0.0008S, 0.8ms",
    "PT0.25S, 250.0ms",
    "PT0.9999S, 999.9ms",
    "PT1S, 1.0s",
    "PT12.34S, 12.3s",
    "PT59.9S, 59.9s",
    "PT1M, 1m00s",
    "PT4M5.9S, 4m05s",
    "PT59M59.9S, 59m59s",
    "PT1H, 1h00m",
    "PT49H7M59S, 49h07m",
    "P3650D, 87600h00m",
  })
  void durationsAreBrief(Duration duration, String text) {
    assertThat(Durations.brief(duration)).isEqualTo(text);
  }

  @Test
  void theHostsLocaleDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Durations.brief(Duration.ofMillis(1500))).isEqualTo("1.5s");
      assertThat(Durations.brief(Duration.ofNanos(800_000))).isEqualTo("0.8ms");
    } finally {
      Locale.setDefault(before);
    }
  }
}
