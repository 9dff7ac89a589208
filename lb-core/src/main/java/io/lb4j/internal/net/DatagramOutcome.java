package io.lb4j.internal.net;

/** What became of a datagram that was to be sent. Whatever is not {@link #SENT} is dropped. */
public enum DatagramOutcome {
  /** The system has taken it. */
  SENT,
  /** The socket's buffer was full, or the system had no memory for it. */
  NO_ROOM,
  /** It was longer than what may be sent there. */
  TOO_LONG,
  /** There is no way there, a filter forbids it, or anything else. */
  REFUSED
}
