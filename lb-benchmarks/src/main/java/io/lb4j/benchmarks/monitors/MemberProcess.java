package io.lb4j.benchmarks.monitors;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LoopbackServer} in a JVM of its own, so that what members do for the probes neither runs
 * in nor leaves garbage to the process that is measured. Pinned to the last processor where there
 * is {@code taskset} and more than one.
 */
final class MemberProcess implements Closeable {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private final Process process;
  private final int port;

  MemberProcess() throws IOException {
    List<String> command = new ArrayList<>(pin());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MemberProcess.class.getName());
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = process.inputReader().readLine();
    if (said == null) {
      throw new IOException("the process of the members has ended");
    }
    port = Integer.parseInt(said);
  }

  private static List<String> pin() {
    int last = Runtime.getRuntime().availableProcessors() - 1;
    return last > 0 && Files.isExecutable(TASKSET)
        ? List.of(TASKSET.toString(), "-c", Integer.toString(last))
        : List.of();
  }

  /**
   * Says the port that it listens on, and ends when its input does.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    try (LoopbackServer server = new LoopbackServer("members")) {
      System.out.println(server.port());
      System.in.transferTo(OutputStream.nullOutputStream()); // until it ends
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
