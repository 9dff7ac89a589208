package io.lb4j;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Brings a pool's events to its listeners in order and one at a time, whoever delivers. */
final class PoolMailbox {
  private final Queue<PoolEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger undelivered = new AtomicInteger();
  private final List<PoolListener> listeners;
  private final CallbackGuard guard;

  PoolMailbox(List<PoolListener> listeners, CallbackGuard guard) {
    this.listeners = List.copyOf(listeners);
    this.guard = guard;
  }

  void post(PoolEvent event) {
    events.add(event);
  }

  /** What of this kind is not told yet is not told at all. */
  void forget(Predicate<PoolEvent> kind) {
    events.removeIf(kind);
  }

  /**
   * Delivers what there is, unless another thread, or a caller further up on this one, is at it
   * already.
   */
  void deliver() {
    if (undelivered.getAndIncrement() != 0) {
      return;
    }
    int rounds = 1;
    do {
      for (PoolEvent event = events.poll(); event != null; event = events.poll()) {
        tell(event);
      }
      rounds = undelivered.addAndGet(-rounds);
    } while (rounds != 0);
  }

  private void tell(PoolEvent event) {
    for (PoolListener listener : listeners) {
      guard.run("PoolListener.onEvent", () -> listener.onEvent(event));
    }
  }
}
