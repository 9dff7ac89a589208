package io.lb4j.internal.net;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * Where to connect, and from where.
 *
 * @param remote a resolved IP address with port, or a UNIX-domain path
 * @param source the address to connect from, with port 0 for any; empty leaves it to the system
 */
public record ConnectRequest(
    SocketAddress remote, Optional<SocketAddress> source, SocketSettings settings) {}
