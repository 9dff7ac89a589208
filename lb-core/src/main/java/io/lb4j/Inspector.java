package io.lb4j;

import java.nio.ByteBuffer;

/**
 * Finds a key in the first bytes that a client sends; your own is a lambda, which {@link
 * KeySource#inspected} makes a source of keys.
 */
@FunctionalInterface
public interface Inspector {
  /**
   * Looks at all that has come so far; called again with more as long as it says {@link
   * Inspection#needMore}, within the limits of the virtual server's {@link InspectionPolicy}.
   *
   * <p>Called on an event loop, by several at once: it must not block. What it throws counts as no
   * key.
   *
   * @param firstBytes read-only, from position to limit; its content is good during the call only
   */
  Inspection inspect(ByteBuffer firstBytes);
}
