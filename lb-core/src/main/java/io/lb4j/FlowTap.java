package io.lb4j;

import java.nio.ByteBuffer;

/**
 * Sees the bytes of every flow of a virtual server: for demonstrations and debugging, at some cost
 * per read.
 */
@FunctionalInterface
public interface FlowTap {
  /**
   * Bytes were read and are about to be passed on. Called on the event loop of the flow; the rules
   * of {@link FlowListener} hold.
   *
   * @param bytes read-only; its content is good during the call only
   */
  void onData(Flow flow, Direction direction, ByteBuffer bytes);
}
