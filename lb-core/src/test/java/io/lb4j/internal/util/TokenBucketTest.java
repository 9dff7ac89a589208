package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final ManualClock clock = new ManualClock();

  private int take(TokenBucket bucket, int tries) {
    return (int) IntStream.range(0, tries).filter(i -> bucket.tryTake()).count();
  }

  @Test
  void fullOneGivesASecondsWorthAndThenNone() {
    assertThat(take(new TokenBucket(7, clock), 100)).isEqualTo(7);
  }

  @Test
  void tokensComeBackOneByOneAndNeverMoreThanASecondsWorth() {
    TokenBucket bucket = new TokenBucket(10, clock);
    take(bucket, 100);
    clock.advance(Duration.ofMillis(99));
    assertThat(take(bucket, 100)).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(take(bucket, 100)).isEqualTo(1);
    clock.advance(Duration.ofHours(1));
    assertThat(take(bucket, 100)).isEqualTo(10);
  }

  @Test
  void tellsHowLongUntilTheNext() {
    TokenBucket bucket = new TokenBucket(4, clock);
    assertThat(bucket.nanosUntilNext()).isZero();
    take(bucket, 100);
    clock.advance(Duration.ofMillis(50));
    assertThat(bucket.nanosUntilNext()).isEqualTo(Duration.ofMillis(200).toNanos());
    clock.advanceNanos(bucket.nanosUntilNext());
    assertThat(take(bucket, 100)).isEqualTo(1);
  }

  @Test
  void rateThatDividesNoSecondIsNeverExceeded() {
    TokenBucket bucket = new TokenBucket(3, clock);
    int taken = 0;
    for (int i = 0; i < 10_000; i++) {
      clock.advance(Duration.ofMillis(1));
      taken += take(bucket, 2);
    }
    assertThat(taken).isBetween(32, 33);
  }

  @Test
  void isExactOverSeveralThreads() throws InterruptedException {
    TokenBucket bucket = new TokenBucket(1000, clock);
    AtomicInteger taken = new AtomicInteger();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> taken.addAndGet(take(bucket, 2000)));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1000);
  }
}
