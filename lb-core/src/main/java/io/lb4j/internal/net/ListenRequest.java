package io.lb4j.internal.net;

import java.net.SocketAddress;

/**
 * Where to listen.
 *
 * @param address a resolved IP address with port, 0 for any free one, or a UNIX-domain path
 * @param backlog how many connections the system keeps for us
 * @param settings for the listening socket and for those it accepts
 */
public record ListenRequest(SocketAddress address, int backlog, SocketSettings settings) {}
