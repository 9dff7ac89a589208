package io.lb4j;

/** A health check of your own. */
@FunctionalInterface
public interface Probe {
  /**
   * Checks one member once. Called on a thread of a bounded executor, so it may block; never twice
   * at once for a member. When the monitor's timeout is over the thread is interrupted and the
   * probe counts as failed.
   *
   * @throws Exception counts as failed, with the exception's text as the detail
   */
  ProbeResult check(PoolMember member) throws Exception;
}
