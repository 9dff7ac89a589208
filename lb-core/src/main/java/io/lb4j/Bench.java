package io.lb4j;

/**
 * An ejection that is not over.
 *
 * @param untilNanos when a trial flow may come
 * @param onTrial whether it may come
 * @param cause what the flows met
 */
record Bench(long untilNanos, boolean onTrial, String cause) {}
