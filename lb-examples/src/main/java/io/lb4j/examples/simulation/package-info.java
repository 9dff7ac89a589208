/** Strategies compared in a simulation, without sockets and in a time of its own. */
package io.lb4j.examples.simulation;
