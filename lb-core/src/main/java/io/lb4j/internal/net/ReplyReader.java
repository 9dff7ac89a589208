package io.lb4j.internal.net;

import java.nio.ByteBuffer;

/** Reads along what comes from the server, on the loop of the relay. */
@FunctionalInterface
public interface ReplyReader {
  /**
   * Bytes were read and are about to be passed on.
   *
   * @param bytes a read-only view, good during the call only
   * @return whether it wants more
   */
  boolean read(ByteBuffer bytes);
}
