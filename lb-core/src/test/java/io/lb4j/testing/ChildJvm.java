package io.lb4j.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another JVM with the class path of this one, whose output can be waited for. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  private ChildJvm(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** What a launcher that is a shell ends with. */
  public static final String GO = " && exec \"$0\" \"$@\"";

  /**
   * Starts one.
   *
   * @param directory where it runs and leaves its log
   * @param launcher a command that is given the one to run, with its arguments; may be empty
   */
  public static ChildJvm start(
      Path directory, List<String> launcher, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    return new ChildJvm(builder.directory(directory.toFile()).start());
  }

  private static String classPath() {
    String separator = System.getProperty("path.separator");
    return Stream.of(System.getProperty("java.class.path").split(separator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(separator));
  }

  /** Whether this machine has a command. */
  public static boolean hasCommand(String name) {
    String path = System.getenv("PATH");
    return path != null
        && Stream.of(path.split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }

  /** Whether a command ends well. */
  public static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException closed) {
      lines.add("output closed: " + closed);
    } finally {
      silent = true;
    }
  }

  /** What it has said so far. */
  public List<String> lines() {
    return lines;
  }

  /** Waits for a line that begins so, and returns the rest of it. */
  public String await(String prefix) {
    Await.until(
        () -> prefix + " from the child, which said " + lines,
        Await.LIMIT,
        () -> find(prefix) || silent);
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the child ended and said only " + lines))
        .substring(prefix.length());
  }

  /** Whether it has said a line that begins so. */
  public boolean find(String prefix) {
    return lines.stream().anyMatch(line -> line.startsWith(prefix));
  }

  /** Says a line to it. */
  public void say(String line) throws IOException {
    Writer writer = process.outputWriter();
    writer.write(line + "\n");
    writer.flush();
  }

  /** Sends it a signal, such as {@code STOP}. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** The processor time that it has used. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Whether it ended by itself, and well. */
  public boolean endedWell() throws InterruptedException {
    return process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      process.getInputStream().close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
