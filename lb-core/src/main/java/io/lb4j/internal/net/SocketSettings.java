package io.lb4j.internal.net;

/**
 * What is set on every stream socket of a virtual server. TCP_NODELAY is always on.
 *
 * @param keepAlive whether the system probes silent peers (SO_KEEPALIVE)
 */
public record SocketSettings(boolean keepAlive) {}
