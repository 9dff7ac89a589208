/** Incremental readers and writers of protocols. Knows bytes, no sockets. */
package io.lb4j.internal.wire;
