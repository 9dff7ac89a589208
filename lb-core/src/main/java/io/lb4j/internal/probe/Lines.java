package io.lb4j.internal.probe;

import java.net.SocketAddress;

/** Makes the line of each probe: in what way its target is reached. */
public abstract sealed class Lines permits StreamLines, DatagramLines {
  /**
   * A line that is not open yet.
   *
   * @param timeoutNanos how long the probe may take
   */
  abstract Line to(SocketAddress target, long timeoutNanos, Line.Listener listener);
}
