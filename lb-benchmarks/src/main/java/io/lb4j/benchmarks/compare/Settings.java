package io.lb4j.benchmarks.compare;

import java.time.Duration;

/**
 * How long is measured.
 *
 * @param rounds in each of which every proxy has its turn
 * @param turn how long a proxy is under load in a round
 * @param warmup under load before the first round, which does not count
 */
record Settings(int rounds, Duration turn, Duration warmup) {}
