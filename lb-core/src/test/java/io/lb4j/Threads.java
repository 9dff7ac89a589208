package io.lb4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Several threads that do the same at the same time. */
final class Threads {
  private static final long LIMIT_MILLIS = 20_000;

  private Threads() {}

  /** Runs a task on so many threads at once, each told its number; fails when any of them fails. */
  static void together(int count, IntConsumer task) {
    CountDownLatch start = new CountDownLatch(1);
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  if (start.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    task.accept(number);
                  }
                } catch (Throwable failure) {
                  failures.add(failure);
                }
              },
              "together-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      join(thread);
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " threads failed", failures.peek());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(LIMIT_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError(thread.getName() + " does not end");
    }
  }

  /** How many threads live whose name begins so. */
  static long named(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }
}
