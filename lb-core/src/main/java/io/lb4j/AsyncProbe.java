package io.lb4j;

import java.util.concurrent.CompletionStage;

/** A health check of your own that does not block. */
@FunctionalInterface
public interface AsyncProbe {
  /**
   * Begins to check one member. Called on the pool's control thread, so it must not block; what it
   * returns may be completed by any thread. Never twice at once for a member: when the monitor's
   * timeout is over the probe counts as failed and the stage is cancelled; if it cannot be, the
   * member's further probes fail until it completes. A stage that completes exceptionally counts as
   * failed, and so does an exception from this method.
   *
   * @throws Exception counts as failed, with the exception's text as the detail
   */
  CompletionStage<ProbeResult> check(PoolMember member) throws Exception;
}
