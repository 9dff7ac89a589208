/**
 * Moves bytes: event loops, the transports below them (poller, listening and stream sockets),
 * connecting, and the relay of one flow. It knows nothing of pools, members or virtual servers.
 */
package io.lb4j.internal.net;
