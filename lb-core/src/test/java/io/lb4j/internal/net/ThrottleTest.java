package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottleTest {
  private static final int SECONDS = 20;

  private final ManualClock clock = new ManualClock();

  /** Takes what it may, as soon as it may, for some seconds. */
  private long takeAll(Throttle throttle) {
    long end = clock.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    long moved = 0;
    while (clock.nanoTime() - end < 0) {
      int allowed = throttle.allowance(clock.nanoTime());
      if (allowed > 0) {
        int some = Math.min(allowed, 128 * 1024);
        throttle.spend(some);
        moved += some;
      } else {
        clock.advanceNanos(throttle.pauseNanos(clock.nanoTime()));
      }
    }
    return moved;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 19, 20, 1000, 65_537, 1_000_000, 1_000_000_000})
  void movesTheRateAndATenthOfItAtMost(long rate) {
    Throttle throttle = new Throttle(rate, clock.nanoTime());
    long most = SECONDS * rate + Math.max(1, rate / 10);
    assertThat(takeAll(throttle)).isBetween(SECONDS * rate - Math.max(1, rate / 20), most);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 1000, 65_537, 1_000_000})
  void whatMovedBeyondItIsMadeUpFor(long rate) {
    Throttle throttle = new Throttle(rate, clock.nanoTime());
    throttle.spend((int) Math.max(1, rate / 10));
    throttle.spend((int) (rate * SECONDS / 2));
    assertThat(throttle.allowance(clock.nanoTime())).isZero();
    assertThat(takeAll(throttle)).isBetween(rate * SECONDS / 2 - 1 - rate / 20, rate * SECONDS / 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 50, 1_000_000, Throttle.MOST_BYTES_PER_SECOND})
  void silenceSavesUpNoMoreThanATenth(long rate) {
    Throttle throttle = new Throttle(rate, clock.nanoTime());
    clock.advance(Duration.ofDays(3000));
    assertThat(throttle.allowance(clock.nanoTime())).isEqualTo((int) Math.max(1, rate / 10));
  }
}
