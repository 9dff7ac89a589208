package io.lb4j;

import java.util.Optional;

/**
 * Chooses a member for each flow. Made by a {@link BalancingStrategy} for one list of available
 * members, and used by all event loops at once until that list changes.
 */
@FunctionalInterface
public interface Chooser {
  /**
   * Chooses. Called on an event loop, by several at the same time: it must be safe for that, must
   * not block, and should allocate nothing.
   *
   * @param flow the flow, whose client is connected; after a failed connect it is asked again for
   *     the same flow
   * @return one of the members that this chooser was made for, if possible one that the flow
   *     {@linkplain Flow#mayUse may use}. If it may not be used, the next one in the list that may
   *     is taken, and if there is none the flow is refused. A {@code null}, a foreign member or an
   *     exception refuses the flow ({@link CloseReason#STRATEGY_FAILED})
   */
  PoolMember choose(Flow flow);

  /**
   * Foretells what {@link #choose} would give now, without any effect on choices to come. Called by
   * {@link Pool#explain} on the thread that asks.
   *
   * @param flow stands for a client that has just come; little more than its address is known
   * @return empty, as it is unless you say otherwise, when that cannot be told
   */
  default Optional<PoolMember> preview(Flow flow) {
    return Optional.empty();
  }
}
