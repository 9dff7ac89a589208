/**
 * Incremental readers and writers of protocols. Knows bytes, no sockets.
 *
 * <p>What others sent, the readers here judge in words or by an {@link
 * io.lb4j.internal.wire.Outcome}, never by an exception. They take bytes in any pieces and say the
 * same for all of them.
 */
package io.lb4j.internal.wire;
