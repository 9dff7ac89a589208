package io.lb4j.internal.net;

/**
 * An accepted connection on its way to the loop that will own it. Safe to hand to another thread.
 */
public interface Accepted extends Remote {
  /** Drops the connection with a reset, without adopting it. Does nothing after adoption. */
  void refuse();
}
