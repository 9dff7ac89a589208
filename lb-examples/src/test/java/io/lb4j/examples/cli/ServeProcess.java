package io.lb4j.examples.cli;

import io.lb4j.examples.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code serve} in a JVM of its own, where signals can be sent to it. */
final class ServeProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final InetSocketAddress address;

  /** Starts it and waits for the line that says where it listens. */
  ServeProcess(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("serve", "--listen", "127.0.0.1:0", "--monitor", "none"));
    command.addAll(List.of("--warm-up", "0"));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader();
    address = RunningCommand.addressIn(awaitLine("listening on "));
  }

  /** Reads on to a line; what it has after this beginning. */
  String awaitLine(String beginning) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(beginning)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("ended without \"" + beginning + '"');
    }
    return line.substring(beginning.length());
  }

  InetSocketAddress address() {
    return address;
  }

  /** Says a line on its standard input, and ends that. */
  void sayLast(String line) throws IOException {
    try (Writer input = process.outputWriter()) {
      input.write(line + "\n");
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy() would close its output as well
  }

  /** Waits for its end; the exit status. */
  int awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IOException("does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
