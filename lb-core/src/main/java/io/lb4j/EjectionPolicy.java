package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;

/**
 * When a member that fails its flows is taken out, monitored or not (passive health; the numbers
 * are those of Envoy's outlier detection). Immutable: each setting returns a changed copy.
 *
 * <p>A flow fails a member when the connect fails, or when the member resets it before its first
 * byte. A shortage of our own, such as of descriptors or ports, says nothing of the member. So many
 * failures in a row, with no flow in between that got a byte or an orderly end, eject the member:
 * it gets no new flows for {@link #baseTime()}, and for twice, three times that and so on when it
 * is ejected again, at most {@link #maxTime()}. The factor falls by one for each base time that it
 * serves. Then one flow may try it: if that gets a byte or an orderly end, or stays connected for a
 * base time, the member is back; if it fails, the member is ejected again. A probe that passes
 * brings it back at once, if the monitor as a whole then finds it up.
 *
 * <p>Never ejected are the only member of a pool, the last one that is available, and more than
 * {@link #maxPercent()} of the members, but for one.
 */
public final class EjectionPolicy {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final EjectionPolicy DEFAULTS =
      new EjectionPolicy(5, Duration.ofSeconds(30), Duration.ofSeconds(300), 10);
  private static final EjectionPolicy NONE =
      new EjectionPolicy(0, DEFAULTS.baseTime, DEFAULTS.maxTime, DEFAULTS.maxPercent);

  private final int failures; // 0: never
  private final Duration baseTime;
  private final Duration maxTime;
  private final int maxPercent;

  private EjectionPolicy(int failures, Duration baseTime, Duration maxTime, int maxPercent) {
    this.failures = failures;
    this.baseTime = baseTime;
    this.maxTime = maxTime;
    this.maxPercent = maxPercent;
  }

  /** After 5 failures in a row, for 30 s times its ejections, at most 300 s, at most 10 %. */
  public static EjectionPolicy defaults() {
    return DEFAULTS;
  }

  /** No member is ejected. */
  public static EjectionPolicy none() {
    return NONE;
  }

  /** The same after so many failures in a row, 1..1000; default 5. */
  public EjectionPolicy failures(int inRow) {
    Checks.range("failures", inRow, 1, 1000);
    return new EjectionPolicy(inRow, baseTime, maxTime, maxPercent);
  }

  /** The same with another time of a first ejection, 1 ms or more; default 30 s. */
  public EjectionPolicy baseTime(Duration baseTime) {
    Checks.atLeast("baseTime", baseTime, SHORTEST);
    return new EjectionPolicy(failures, baseTime, maxTime, maxPercent);
  }

  /** The same with another longest time of an ejection, 1 ms or more; default 300 s. */
  public EjectionPolicy maxTime(Duration maxTime) {
    Checks.atLeast("maxTime", maxTime, SHORTEST);
    return new EjectionPolicy(failures, baseTime, maxTime, maxPercent);
  }

  /**
   * The same with another largest share of ejected members in hundredths, 0..100; default 10. One
   * may always be ejected.
   */
  public EjectionPolicy maxPercent(int percent) {
    Checks.range("maxPercent", percent, 0, 100);
    return new EjectionPolicy(failures, baseTime, maxTime, percent);
  }

  /** Whether members are ejected at all. */
  public boolean isOn() {
    return failures > 0;
  }

  /** How many failures in a row eject a member; 0 when none do. */
  public int failures() {
    return failures;
  }

  /** How long a first ejection lasts. */
  public Duration baseTime() {
    return baseTime;
  }

  /** How long an ejection lasts at most. */
  public Duration maxTime() {
    return maxTime;
  }

  /** The largest share of ejected members, in hundredths. */
  public int maxPercent() {
    return maxPercent;
  }

  /** How many of so many members may be ejected at once. */
  int mostOf(int members) {
    return Math.max(1, (int) ((long) members * maxPercent / 100));
  }

  /** How long the ejection lasts that is the member's n-th in a row. */
  Duration benchTime(int times) {
    boolean longest = maxTime.dividedBy(baseTime) < times; // the product may be beyond all bounds
    return longest ? maxTime : baseTime.multipliedBy(times);
  }

  void check(String pool) {
    if (isOn() && maxTime.compareTo(baseTime) < 0) {
      throw new IllegalStateException(
          "pool "
              + pool
              + ": an ejection's maxTime "
              + maxTime
              + " is less than its baseTime "
              + baseTime
              + "; make it as long at least");
    }
  }

  @Override
  public String toString() {
    return isOn()
        ? "after "
            + failures
            + " failures for "
            + Durations.brief(baseTime)
            + " to "
            + Durations.brief(maxTime)
            + ", at most "
            + maxPercent
            + " %"
        : "none";
  }
}
