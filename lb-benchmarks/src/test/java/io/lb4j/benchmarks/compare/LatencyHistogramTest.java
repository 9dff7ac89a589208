package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private final LatencyHistogram histogram = new LatencyHistogram();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 42, 1000})
  void percentilesAgreeWithSortedValues(long seed) {
    Random random = new Random(seed);
    long[] values =
        LongStream.generate(() -> random.nextLong() >>> (2 + random.nextInt(61)))
            .limit(1000)
            .sorted()
            .toArray();
    LongStream.of(values).forEach(histogram::record);

    for (double share : new double[] {0.001, 0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[(int) Math.ceil(share * values.length) - 1];
      assertThat(histogram.percentileNanos(share))
          .as("p%s", share * 100)
          .isBetween(exact, exact + exact / LatencyHistogram.STEPS);
    }
  }

  @Test
  void smallAndLargestValuesAreExact() {
    for (long value = 0; value < 2L * LatencyHistogram.STEPS; value++) {
      LatencyHistogram one = new LatencyHistogram();
      one.record(value);
      assertThat(one.percentileNanos(0.5)).isEqualTo(value);
    }
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.percentileNanos(0.5)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(histogram.percentileNanos(0.99)).isZero();
  }
}
