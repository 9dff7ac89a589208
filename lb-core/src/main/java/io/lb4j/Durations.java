package io.lb4j;

import java.time.Duration;
import java.util.Locale;

/** How durations are written for people: {@code 12.3s}, {@code 4m05s}, {@code 0.8ms}. */
final class Durations {
  private Durations() {}

  static String brief(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds >= 3600) {
      return String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
    }
    if (seconds >= 60) {
      return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
    }
    double millis = duration.toNanos() / 1e6;
    return millis >= 1000
        ? String.format(Locale.ROOT, "%.1fs", millis / 1000)
        : String.format(Locale.ROOT, "%.1fms", millis);
  }
}
