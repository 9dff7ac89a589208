package io.lb4j.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A JVM of the load's side, which is talked to in lines. */
final class LoadProcess {
  /** For a JVM to start on a busy processor, and for an answer beyond what was asked for. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private final String name;
  private final BufferedReader lines;
  private final Writer commands;

  private LoadProcess(String name, Process process) {
    this.name = name;
    lines = process.inputReader();
    commands = process.outputWriter();
  }

  static LoadProcess start(
      Sandbox sandbox, Processors processors, Class<?> mainClass, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(processors.forLoad());
    command.addAll(OwnJvm.command(OwnJvm.running(), mainClass, args));
    String name = mainClass.getSimpleName();
    return new LoadProcess(name, sandbox.startPiped(name, command));
  }

  void send(String line) throws IOException {
    commands.write(line + "\n");
    commands.flush();
  }

  /** The next line that it prints. */
  String receive(Duration limit) throws IOException {
    CompletableFuture<String> line = CompletableFuture.supplyAsync(this::readLine);
    try {
      String read = line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (read == null) {
        throw new IOException(name + " has ended");
      }
      return read;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException | TimeoutException silent) {
      throw new IOException(name + " did not answer", silent);
    }
  }

  private String readLine() {
    try {
      return lines.readLine();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
