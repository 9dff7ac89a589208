package io.lb4j.benchmarks.monitors;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a thread of this process was ready to run and did not, as Linux counts it. */
final class WaitForProcessor {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int MOST_OF_A_NAME = 15; // the rest is cut off by the system

  private final Path schedstat;

  WaitForProcessor(String thread) throws IOException {
    schedstat = taskOf(thread).resolve("schedstat");
  }

  private static Path taskOf(String thread) throws IOException {
    String name = thread.substring(0, Math.min(MOST_OF_A_NAME, thread.length()));
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals(name)) {
          return task;
        }
      }
    }
    throw new IOException("no thread " + thread);
  }

  /** In all, since the thread began. */
  long nanos() throws IOException {
    return Long.parseLong(Files.readString(schedstat).split(" ", -1)[1]);
  }
}
