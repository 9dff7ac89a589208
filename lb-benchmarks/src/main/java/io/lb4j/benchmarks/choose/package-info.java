/** What it costs to choose a member: time and allocation of the built-in strategies, no sockets. */
package io.lb4j.benchmarks.choose;
