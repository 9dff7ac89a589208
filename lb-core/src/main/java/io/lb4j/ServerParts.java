package io.lb4j;

import io.lb4j.internal.util.TokenBucket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What all loops of a virtual server have in common.
 *
 * @param pools those that its flows may go to
 * @param connectionRate how many clients may come, if that is limited
 */
record ServerParts(
    VirtualServerSettings settings,
    FlowGate gate,
    AccessControl access,
    Map<Pool, RoutedPool> pools,
    Optional<TokenBucket> connectionRate,
    FlowEvents events) {
  static ServerParts of(VirtualServerSettings settings, FlowGate gate) {
    CallbackGuard guard = new CallbackGuard("virtual server " + settings.name(), settings.clock());
    FlowEvents events = new FlowEvents(settings.listeners(), settings.taps(), guard);
    Map<Pool, RoutedPool> pools = new LinkedHashMap<>();
    settings.pools().forEach(pool -> pools.put(pool, RoutedPool.of(pool, settings, guard)));
    AccessControl access = new AccessControl(settings.access(), events, guard, settings.clock());
    FlowLimits limits = settings.limits();
    Optional<TokenBucket> rate =
        limits.hasConnectionRate()
            ? Optional.of(new TokenBucket(limits.connectionsPerSecond(), settings.clock()))
            : Optional.empty();
    return new ServerParts(settings, gate, access, pools, rate, events);
  }
}
