package io.lb4j;

import io.lb4j.internal.probe.Prober;

/**
 * What a monitor does to find out whether a member is fit. Immutable; its text names it in logs.
 */
interface Check {
  /**
   * Makes the prober of one member.
   *
   * @param room what probes of the member's pool share
   */
  Prober proberOf(PoolMember member, ProbeRoom room);

  /** Whether its results say that a member is up or down; if not, it only carries orders. */
  default boolean judges() {
    return true;
  }
}
