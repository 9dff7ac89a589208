package io.lb4j;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a virtual server looks for in the first bytes of its clients. */
record InspectionPlan(
    InspectionPolicy policy, Optional<TrustedProxies> proxies, List<InspectedSource> sources) {
  private static final int HEADER_START = 16;

  /** Empty when nothing has to be looked at. */
  static Optional<InspectionPlan> of(
      InspectionPolicy policy, Optional<TrustedProxies> proxies, List<KeySource> asked) {
    Set<InspectedSource> sources = new LinkedHashSet<>();
    asked.forEach(source -> sources.addAll(source.inspected()));
    return sources.isEmpty() && proxies.isEmpty() && !policy.isRequired()
        ? Optional.empty()
        : Optional.of(new InspectionPlan(policy, proxies, new ArrayList<>(sources)));
  }

  /** Whether bytes of the client's own matter. */
  boolean inspects() {
    return !sources.isEmpty() || policy.isRequired();
  }

  /** Whether a connection begins with a header of a proxy. */
  boolean awaitsHeader(SocketAddress peer) {
    return proxies.isPresent() && proxies.get().trusts(peer);
  }

  /** Whether a connection may not come at all. */
  boolean refuses(SocketAddress peer) {
    return proxies.isPresent() && !proxies.get().takesOthers() && !proxies.get().trusts(peer);
  }

  /** The most that is taken in. */
  int maxBytes() {
    return policy.maxBytes() + proxies.map(all -> HEADER_START + all.maxHeaderBytes()).orElse(0);
  }

  long timeoutNanos() {
    return policy.timeout().toNanos();
  }
}
