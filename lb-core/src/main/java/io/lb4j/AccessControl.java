package io.lb4j;

import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.Quotas;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the flows of a virtual server to its access policy, over all its loops. Without one it
 * costs a test of a field.
 */
final class AccessControl {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private enum Verdict {
    ADMITTED,
    REFUSED,
    FAILED
  }

  private final FlowEvents events;
  private final CallbackGuard guard;
  private final Clock clock;
  private final AccessCounts counts = new AccessCounts();
  private volatile AccessRules rules;
  private volatile boolean on;

  AccessControl(AccessPolicy policy, FlowEvents events, CallbackGuard guard, Clock clock) {
    this.events = events;
    this.guard = guard;
    this.clock = clock;
    rules = new AccessRules(policy, new Quotas<>());
    on = !policy.isOpen();
  }

  /** Another policy for new flows. What is counted stays if a client is the same as before. */
  synchronized void replace(AccessPolicy policy) {
    boolean sameClients = policy.limits().key().equals(policy().limits().key());
    rules = new AccessRules(policy, sameClients ? rules.quotas() : new Quotas<>());
    on = !policy.isOpen();
  }

  AccessPolicy policy() {
    return rules.policy();
  }

  AccessCounters counters() {
    return counts.read(rules.quotas().size());
  }

  /** Whether there is anything for which a flow may be refused. */
  boolean isOn() {
    return on;
  }

  /**
   * Whether a client need not even be adopted; counts it. To be asked only where the address that
   * it comes from is the one that counts.
   */
  boolean refusesAtOnce(SocketAddress client) {
    AccessRules present = rules;
    boolean refuses = !present.policy().isDryRun() && present.denies(client);
    if (refuses) {
      counts.refused(CloseReason.DENIED);
    }
    return refuses;
  }

  /**
   * Whether a flow may go on as far as its client's address decides: empty, or why not. To be asked
   * once for each flow, on its loop, as soon as that address is the final one.
   */
  Optional<CloseReason> admitClient(CountedFlow flow) {
    AccessRules present = rules;
    Optional<CloseReason> refusal = Optional.empty();
    if (present.denies(flow.client())) {
      refusal = Optional.of(CloseReason.DENIED);
    } else if (!present.limitsByBytes()) {
      refusal = limit(present, flow);
    }
    return inEarnest(present, flow, refusal);
  }

  /**
   * Whether a flow may go on to choose a member: empty, or why not. To be asked once for each flow,
   * on its loop, after {@link #admitClient}, when what is looked for in its first bytes is known.
   */
  Optional<CloseReason> admit(CountedFlow flow) {
    if (flow.isSpared()) {
      return Optional.empty();
    }
    AccessRules present = rules;
    Optional<CloseReason> refusal =
        present.limitsByBytes() ? limit(present, flow) : Optional.empty();
    Optional<Predicate<Flow>> admission = present.policy().admission();
    if (refusal.isEmpty() && admission.isPresent() && !isAdmitted(admission.get(), flow)) {
      refusal = Optional.of(CloseReason.NOT_ADMITTED);
    }
    return inEarnest(present, flow, refusal);
  }

  private Optional<CloseReason> limit(AccessRules present, CountedFlow flow) {
    return switch (present.enter(flow, clock.nanoTime())) {
      case IN -> Optional.empty();
      case TOO_MANY -> Optional.of(CloseReason.CLIENT_LIMIT);
      case TOO_FAST -> Optional.of(CloseReason.CLIENT_RATE);
      case NOT_TRACKED -> {
        counts.notTracked();
        yield Optional.empty();
      }
    };
  }

  /** Counts a refusal; in a dry run there is none in the end. */
  private Optional<CloseReason> inEarnest(
      AccessRules present, CountedFlow flow, Optional<CloseReason> refusal) {
    if (refusal.isEmpty()) {
      return refusal;
    }
    counts.refused(refusal.get());
    flow.leaveClientPlace();
    if (!present.policy().isDryRun()) {
      return refusal;
    }
    counts.spared();
    flow.spare();
    LOG.debug("{} would be refused: {}", flow, refusal.get());
    events.spared(flow, refusal.get());
    return Optional.empty();
  }

  private boolean isAdmitted(Predicate<Flow> admission, Flow flow) {
    Verdict verdict =
        guard.call(
            "AccessPolicy.admission",
            () -> admission.test(flow) ? Verdict.ADMITTED : Verdict.REFUSED,
            Verdict.FAILED);
    if (verdict == Verdict.FAILED) {
      counts.admissionFailed();
    }
    return verdict == Verdict.ADMITTED;
  }
}
