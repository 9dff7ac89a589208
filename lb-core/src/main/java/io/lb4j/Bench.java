package io.lb4j;

import java.util.Optional;

/**
 * An ejection that is not over.
 *
 * @param untilNanos when a trial flow may come
 * @param trial there as soon as it may come
 * @param cause what the flows met
 */
record Bench(long untilNanos, Optional<Trial> trial, String cause) {
  /** Its time has just begun. */
  static Bench until(long nanos, String cause) {
    return new Bench(nanos, Optional.empty(), cause);
  }

  /** Its time is over. */
  Bench onTrial() {
    return new Bench(untilNanos, Optional.of(new Trial()), cause);
  }
}
