package io.lb4j;

import io.lb4j.internal.util.CidrSet;
import io.lb4j.internal.util.QuotaLimits;
import io.lb4j.internal.util.Quotas;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/** An access policy made ready for use. Immutable but for the quotas. */
final class AccessRules {
  private final AccessPolicy policy;
  private final CidrSet allowed;
  private final CidrSet denied;
  private final boolean hasLists;
  private final boolean limitsByBytes;
  private final QuotaLimits limits; // null if there are none
  private final Quotas<FlowKey> quotas;

  AccessRules(AccessPolicy policy, Quotas<FlowKey> quotas) {
    this.policy = policy;
    this.quotas = quotas;
    allowed = CidrSet.of(policy.allowedNetworks());
    denied = CidrSet.of(policy.deniedNetworks());
    hasLists = !allowed.isEmpty() || !denied.isEmpty();
    AccessPolicy.ClientLimits asked = policy.limits();
    limits =
        asked.areAny() ? new QuotaLimits(asked.flowsAtOnce(), asked.rate(), asked.clients()) : null;
    limitsByBytes = !asked.key().inspected().isEmpty();
  }

  AccessPolicy policy() {
    return policy;
  }

  Quotas<FlowKey> quotas() {
    return quotas;
  }

  /** Whether the lists refuse this client. */
  boolean denies(SocketAddress client) {
    return hasLists
        && client instanceof InetSocketAddress inet
        && (denied.contains(inet.getAddress())
            || !(allowed.isEmpty() || allowed.contains(inet.getAddress())));
  }

  /** Whether it takes the client's first bytes to know whose limits apply. */
  boolean limitsByBytes() {
    return limitsByBytes;
  }

  /** What the limits of its client say to a flow, which has a place then if it is let in. */
  Quotas.Answer enter(CountedFlow flow, long now) {
    if (limits == null || flow.hasClientPlace()) {
      return Quotas.Answer.IN;
    }
    Optional<FlowKey> key = flow.key(policy.limits().key());
    if (key.isEmpty()) {
      return Quotas.Answer.IN;
    }
    ClientPlace place = new ClientPlace(quotas, key.get()); // while nothing depends on it
    Quotas.Answer answer = quotas.enter(key.get(), limits, now);
    if (answer == Quotas.Answer.IN) {
      flow.clientPlace(place);
    }
    return answer;
  }
}
