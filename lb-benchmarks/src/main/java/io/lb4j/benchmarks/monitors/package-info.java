/** What the monitors of a very large pool cost. */
package io.lb4j.benchmarks.monitors;
