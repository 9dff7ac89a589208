package io.lb4j.examples.simulation;

import io.lb4j.PoolSimulation.SimulatedFlow;

/**
 * What a server has to do for one client.
 *
 * @param came when the client came
 * @param work how long a worker needs for it, in seconds
 */
record Job(SimulatedFlow flow, SimulatedServer server, double came, double work) {}
