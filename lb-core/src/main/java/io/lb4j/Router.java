package io.lb4j;

import java.util.Optional;

/** Decides which pool serves a flow; your own is a lambda, see {@link Routes#of}. */
@FunctionalInterface
public interface Router {
  /**
   * Decides. Called once for each flow, before a member is chosen, on an event loop, by several at
   * once: it must not block. What it throws refuses the flow ({@link CloseReason#NO_ROUTE}).
   *
   * @param flow its addresses are known, and the keys of the sources that the routes name
   * @return one of the pools that the routes name; empty to refuse the flow
   */
  Optional<Pool> route(Flow flow);
}
