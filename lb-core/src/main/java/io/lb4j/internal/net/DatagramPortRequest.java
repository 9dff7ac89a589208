package io.lb4j.internal.net;

import java.net.InetSocketAddress;

/**
 * Where to listen for datagrams.
 *
 * @param address a resolved IP address with port, 0 for any free one
 * @param shared whether further sockets of this process are to be bound to the same address, over
 *     which the system then spreads the peers. The first is bound as if it were alone, so that an
 *     address in use shows; it and all others are then open to more
 * @param further whether this is not the first such socket
 * @param settings for the socket
 */
public record DatagramPortRequest(
    InetSocketAddress address, boolean shared, boolean further, SocketSettings settings) {}
