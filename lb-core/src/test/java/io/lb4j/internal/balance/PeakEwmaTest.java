package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = Long.MAX_VALUE - SECOND; // it overflows soon

  private static long after(int seconds) {
    return START + seconds * SECOND;
  }

  @Test
  void withoutSampleThereIsNone() {
    PeakEwma average = new PeakEwma();

    assertThat(average.hasHistory()).isFalse();
    assertThat(average.read(START)).isZero();
  }

  @Test
  void aSampleAboveReplacesIt() {
    PeakEwma average = new PeakEwma();
    average.sample(1000, START);
    average.sample(5000, after(1));

    assertThat(average.read(after(1))).isEqualTo(5000);
  }

  @Test
  void aSampleBelowMovesItByTheTimeThatHasPassed() {
    PeakEwma average = new PeakEwma();
    average.sample(5000, START);
    average.sample(1000, after(10));

    double kept = Math.exp(-1);
    assertThat(average.read(after(10))).isCloseTo(5000 * kept + 1000 * (1 - kept), within(2.0));
  }

  @Test
  void readingItLaterIsLess() {
    PeakEwma average = new PeakEwma();
    average.sample(5000, START);

    assertThat(average.read(after(20))).isCloseTo(5000 * Math.exp(-2), within(2.0));
    assertThat(average.read(START)).as("a clock that is behind").isEqualTo(5000);
  }

  /** In ticks, which are what time counts in, against the formula in double. */
  @Property(tries = 100)
  void itIsTheFormula(
      @ForAll @Size(min = 1, max = 50)
          List<@IntRange(min = 1, max = 1_000_000_000) Integer> samples,
      @ForAll @IntRange(min = 1, max = 5000) int ticksBetween) {
    PeakEwma average = new PeakEwma();
    long tick = 1L << 20;
    double expected = 0;
    long now = 0;
    for (int sample : samples) {
      now += ticksBetween * tick;
      average.sample(sample, now);
      double kept = Math.exp(-ticksBetween * (double) tick / 10e9);
      expected = sample > expected ? sample : expected * kept + sample * (1 - kept);
    }

    assertThat(average.read(now)).isCloseTo(expected, within(expected * 1e-5));
  }

  @Test
  void noSampleOfEightThreadsIsLost() {
    PeakEwma average = new PeakEwma();
    AtomicLong most = new AtomicLong();
    IntStream.range(0, 8)
        .mapToObj(number -> new Thread(() -> sampleOften(average, most)))
        .peek(Thread::start)
        .toList()
        .forEach(PeakEwmaTest::join);

    assertThat(average.read(START)).isEqualTo((float) most.get());
  }

  private static void sampleOften(PeakEwma average, AtomicLong most) {
    for (int i = 0; i < 20_000; i++) {
      long sample = ThreadLocalRandom.current().nextLong(1, SECOND);
      average.sample(sample, START);
      most.accumulateAndGet(sample, Math::max);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
