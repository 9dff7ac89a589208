package io.lb4j.internal.net;

/**
 * The limits of a relay.
 *
 * @param idleNanos how long nothing may move while both sides are open
 * @param halfCloseNanos how long nothing may move once one side has ended
 */
public record RelaySettings(long idleNanos, long halfCloseNanos) {}
