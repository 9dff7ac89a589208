package io.lb4j;

import io.lb4j.internal.net.OpenFileLimit;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A maximum of flows for which the process may not open enough descriptors. */
final class DescriptorNeed {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final long OF_A_SESSION = 1;
  private static final long OF_A_CONNECTION = 2; // the client's and the member's

  private DescriptorNeed() {}

  /** Warns of one that was asked for; the default is only meant to be more than there will be. */
  static void warn(VirtualServerDraft draft) {
    if (draft.maxFlows.isPresent()) {
      shortage(draft, OpenFileLimit.ofThisProcess()).ifPresent(LOG::warn);
    }
  }

  /**
   * What is to be warned of.
   *
   * @param limit how many descriptors the process may open, where that is known
   */
  static Optional<String> shortage(VirtualServerDraft draft, OptionalLong limit) {
    boolean udp = draft.udp.isPresent();
    int flows = draft.maxFlows.orElseThrow();
    long needed = flows * (udp ? OF_A_SESSION : OF_A_CONNECTION);
    if (limit.isEmpty() || needed <= limit.getAsLong()) {
      return Optional.empty();
    }
    String needs = "maxFlows " + flows + " needs " + needed + " descriptors";
    String may = "the process may open " + limit.getAsLong() + " (ulimit -n)";
    String then = udp ? "then the oldest sessions make room" : "then accepting pauses";
    return Optional.of("virtual server " + draft.name + ": " + needs + ", " + may + ": " + then);
  }
}
