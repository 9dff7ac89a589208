package io.lb4j.examples.simulation;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/** What is wrong with the servers. One of them has the trouble, if it is of one server. */
public enum Scenario {
  /** Nothing. */
  STEADY("all alike"),
  /** One server takes five times as long. */
  SLOW("one server takes 5 times as long"),
  /** One server joins after a third of the time, ten times as slow, and warms up in another. */
  COLD("one server joins after a third of the time, 10 times as slow, and warms up in a third"),
  /** One server resets every flow at once in the second third of the time. */
  FAILING("one server resets every flow at once in the second third of the time"),
  /** One of ten answers takes twenty times as long, whoever gives it. */
  STRAGGLERS("one of ten answers takes 20 times as long, on every server");

  private static final double MEAN_SECONDS = 0.010;
  private static final double STRAGGLERS_SHARE = 0.1;
  private static final double STRAGGLERS_FACTOR = 20;

  private final String description;

  Scenario(String description) {
    this.description = description;
  }

  /** In a line. */
  public String description() {
    return description;
  }

  /** Whether the troubled server is there from the beginning. */
  boolean hasTroubledFromTheBeginning() {
    return this != COLD;
  }

  /**
   * How long a server works for one answer, in seconds; empty when it resets at once.
   *
   * @param progress how much of the time has gone by, 0 to 1
   */
  OptionalDouble work(boolean troubled, double progress, RandomGenerator random) {
    double usual = MEAN_SECONDS * random.nextExponential();
    return switch (this) {
      case STEADY -> OptionalDouble.of(usual);
      case SLOW -> OptionalDouble.of(troubled ? 5 * usual : usual);
      case COLD -> OptionalDouble.of(troubled ? usual * coldness(progress) : usual);
      case FAILING ->
          troubled && progress > 1 / 3.0 && progress < 2 / 3.0
              ? OptionalDouble.empty()
              : OptionalDouble.of(usual);
      case STRAGGLERS -> OptionalDouble.of(usual * straggling(random));
    };
  }

  private static double coldness(double progress) {
    return Math.max(1, 10 - 9 * (progress - 1 / 3.0) * 3);
  }

  /** With a mean of 1, so that there is as much to do as otherwise. */
  private static double straggling(RandomGenerator random) {
    double mean = 1 - STRAGGLERS_SHARE + STRAGGLERS_SHARE * STRAGGLERS_FACTOR;
    return (random.nextDouble() < STRAGGLERS_SHARE ? STRAGGLERS_FACTOR : 1) / mean;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
