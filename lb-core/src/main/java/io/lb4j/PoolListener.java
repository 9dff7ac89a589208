package io.lb4j;

/** Hears the changes of a pool. */
@FunctionalInterface
public interface PoolListener {
  /**
   * Something changed. Events come in the order of the changes, one at a time: on the pool's
   * control thread while a virtual server uses the pool, else on the thread that made the change.
   * It may call the pool. What it throws is logged and otherwise ignored; while it takes its time,
   * probes wait. Members that come up or go down, and pools that have nobody left, are logged as
   * well, by the logger {@code io.lb4j.Pool}.
   */
  void onEvent(PoolEvent event);
}
