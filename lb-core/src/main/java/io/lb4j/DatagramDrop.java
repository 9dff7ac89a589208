package io.lb4j;

/** Why a UDP virtual server has dropped a datagram. */
public enum DatagramDrop {
  /** The buffer of a socket was full, or the system had no memory for it. */
  BUFFER_FULL,
  /** It was longer than what may be sent there, maybe with its PROXY header. */
  TOO_LONG,
  /** The system would not send it: there is no way there, or a filter forbids it. */
  UNSENDABLE,
  /**
   * There was no session for it, or that had just ended: its client was refused, no member could be
   * had (of both the {@link CloseReason} of a flow tells more), or the virtual server drains.
   */
  NO_SESSION,
  /**
   * Its session waited for a member, in the pool's queue or for a persistence store, and too many
   * datagrams with it: 8 of a session or 4 MiB of a loop.
   */
  WAITING_FULL
}
