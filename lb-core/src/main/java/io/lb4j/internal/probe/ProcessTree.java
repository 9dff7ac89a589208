package io.lb4j.internal.probe;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends a program and all that it has started. */
final class ProcessTree {
  private static final long GRACE_MILLIS = 250;

  private ProcessTree() {}

  /**
   * Asks the program and its descendants to end (SIGTERM), and kills (SIGKILL) those that have not
   * after a quarter of a second. An interrupt cuts that time short.
   */
  static void end(ProcessHandle root) {
    Set<ProcessHandle> tree = new LinkedHashSet<>();
    collect(root, tree);
    tree.forEach(ProcessHandle::destroy);
    awaitEnd(tree);
    for (ProcessHandle each : List.copyOf(tree)) {
      collect(each, tree); // some may have been started meanwhile
    }
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  private static void collect(ProcessHandle root, Set<ProcessHandle> tree) {
    try (Stream<ProcessHandle> descendants = root.descendants()) {
      descendants.forEach(tree::add);
    }
    tree.add(root);
  }

  private static void awaitEnd(Set<ProcessHandle> tree) {
    CompletableFuture<?>[] ends =
        tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException graceIsOver) {
      return;
    }
  }
}
