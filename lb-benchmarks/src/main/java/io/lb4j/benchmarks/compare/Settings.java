package io.lb4j.benchmarks.compare;

import java.time.Duration;

/**
 * How long is measured, and on what terms.
 *
 * @param rounds in each of which every proxy has its turn
 * @param turn how long a proxy is under load in a round
 * @param warmup under load before the first round, which does not count
 * @param workers loops, workers or threads of each proxy
 * @param rate of round trips in a second, for UDP; 0 for as many as go
 */
record Settings(int rounds, Duration turn, Duration warmup, int workers, int rate) {}
