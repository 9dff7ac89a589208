package io.lb4j.benchmarks.compare;

/**
 * What was measured of a proxy in one round.
 *
 * @param cost in the unit of the workload; NaN when nothing was done
 * @param load what the load generator saw
 */
record Sample(double cost, LoadFigures load) {}
