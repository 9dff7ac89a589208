package io.lb4j.internal.net;

/**
 * The limits of a relay.
 *
 * @param idleNanos how long nothing may move while both sides are open
 * @param halfCloseNanos how long nothing may move once one side has ended
 * @param clientBytesPerSecond how much is read from the client; {@link #UNLIMITED} for any
 * @param serverBytesPerSecond how much is read from the server; {@link #UNLIMITED} for any
 */
public record RelaySettings(
    long idleNanos, long halfCloseNanos, long clientBytesPerSecond, long serverBytesPerSecond) {
  /** No limit of the rate. */
  public static final long UNLIMITED = 0;

  /** The largest limit of a rate. */
  public static final long MOST_BYTES_PER_SECOND = Throttle.MOST_BYTES_PER_SECOND;

  /** Rates without limits. */
  public RelaySettings(long idleNanos, long halfCloseNanos) {
    this(idleNanos, halfCloseNanos, UNLIMITED, UNLIMITED);
  }
}
