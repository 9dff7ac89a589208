package io.lb4j.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Child processes and files of a run. None of them outlives it, even when it is interrupted. */
final class Sandbox implements AutoCloseable {
  private static final Duration TO_END = Duration.ofSeconds(3);

  private final Path folder = Files.createTempDirectory("lb4j-compare");
  private final List<Process> started = new ArrayList<>();
  private final Thread hook = new Thread(this::clean, "sandbox");
  private boolean closed;

  private Sandbox() throws IOException {}

  static Sandbox open() throws IOException {
    Sandbox sandbox = new Sandbox();
    Runtime.getRuntime().addShutdownHook(sandbox.hook);
    return sandbox;
  }

  /** Where configuration files and logs go. */
  Path folder() {
    return folder;
  }

  /** Starts a process whose standard streams are pipes, with a log for what it complains of. */
  Process startPiped(String logName, List<String> command) throws IOException {
    return start(new ProcessBuilder(command).redirectError(log(logName)));
  }

  /** Starts a process that has nothing to say but to a log. */
  Process startLogged(String logName, List<String> command) throws IOException {
    return start(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(logName)));
  }

  private synchronized Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("the run is ending");
    }
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private File log(String name) {
    return folder.resolve(name + ".log").toFile();
  }

  /** What a process has written to its log. */
  String readLog(String name) throws IOException {
    return Files.readString(log(name).toPath());
  }

  /** Ends everything that was started so far. */
  synchronized void endProcesses() {
    List<ProcessHandle> handles = started.stream().flatMap(Sandbox::family).toList();
    handles.forEach(ProcessHandle::destroy);
    CompletableFuture<?>[] exits =
        handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(exits).get(TO_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException stillThere) {
      // Forced below.
    }
    handles.forEach(ProcessHandle::destroyForcibly);
    started.clear();
  }

  private static Stream<ProcessHandle> family(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private synchronized void clean() {
    closed = true;
    endProcesses();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      clean();
    } catch (IllegalStateException shuttingDown) {
      // The hook does it.
    }
  }
}
