package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the builder of a pool collected about the pool as a whole. */
record PoolSettings(
    String name,
    BalancingStrategy strategy,
    Optional<ProxyProtocol> proxyProtocol,
    HealthMonitor monitor,
    int maxFlowsPerMember,
    int minAvailable,
    int panicThreshold,
    FlowActions flowActions,
    Optional<QueuePolicy> queue,
    EjectionPolicy ejection,
    Optional<Duration> slowStart,
    ResolverSettings resolvers,
    List<PoolListener> listeners,
    Clock clock) {}
