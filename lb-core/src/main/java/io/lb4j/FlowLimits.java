package io.lb4j;

/**
 * Limits of a virtual server's flows that are off unless asked for.
 *
 * @param lifetimeNanos how long it may live; {@link #NONE} for ever
 * @param connectionsPerSecond how many clients may come in a second; {@link #NONE} for any number
 */
record FlowLimits(long lifetimeNanos, int connectionsPerSecond) {
  static final int NONE = 0;

  boolean hasLifetime() {
    return lifetimeNanos != NONE;
  }

  boolean hasConnectionRate() {
    return connectionsPerSecond != NONE;
  }
}
