package io.lb4j;

import java.time.Duration;

/**
 * Which member a client had, as it was a moment ago.
 *
 * @param key what the client is known by
 * @param member the member
 * @param left how much longer the record lives if it is not used
 */
public record PersistenceRecord(FlowKey key, PoolMember member, Duration left) {
  /** Such as {@code 10.1.2.3 -> web/10.0.0.1:80 for 2m59s}. */
  @Override
  public String toString() {
    return key + " -> " + member + " for " + Durations.brief(left);
  }
}
