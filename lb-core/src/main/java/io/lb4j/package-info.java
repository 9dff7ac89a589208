/**
 * An embeddable load balancer for the JVM.
 *
 * <p>A {@link io.lb4j.VirtualServer} takes client connections and gives each a connection of its
 * own to a member of a {@link io.lb4j.Pool}. A {@link io.lb4j.HealthMonitor} finds out which
 * members are available, a {@link io.lb4j.BalancingStrategy} chooses among them, a {@link
 * io.lb4j.PersistencePolicy} remembers who went where, and the {@link io.lb4j.FlowTable} shows
 * every open {@link io.lb4j.Flow}.
 *
 * <p>No method takes or returns {@code null}. Bad arguments fail where they are given, as {@code
 * name: value (expected: condition)}. What is not said to be for one thread may be called from any.
 */
package io.lb4j;
