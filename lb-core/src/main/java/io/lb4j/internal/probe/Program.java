package io.lb4j.internal.probe;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that judges a target by its exit status.
 *
 * <p>Its output is looked at again and again for as long as it runs, without waiting in a read: a
 * descendant that detached itself may hold the pipe open for good, and neither our thread nor that
 * of the JDK which collects the exit status may hang on it.
 *
 * @param command the program and its arguments
 * @param environment all that it gets
 * @param expected the exit statuses that pass
 * @param maxOutput how many bytes of what it printed last are kept
 */
public record Program(
    List<String> command, Map<String, String> environment, Set<Integer> expected, int maxOutput) {
  private static final long LOOK_AGAIN_MILLIS = 10;
  private static final int CHUNK = 8192;
  private static final Pattern ERROR = Pattern.compile("error(?:=|: )(\\d+),? \\(?([^)]*)\\)?");
  private static final Set<Integer> OURS = Set.of(7, 11, 12, 23, 24); // E2BIG EAGAIN ENOMEM E?FILE

  /**
   * Runs it to its end. Blocks.
   *
   * @throws InterruptedException when interrupted; the program and its descendants have ended then
   */
  public ProbeReport run() throws InterruptedException {
    Process process;
    try {
      process = start();
    } catch (IOException failure) {
      return cannotRun(failure);
    }
    try {
      OutputTail output = new OutputTail(maxOutput);
      while (!process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        drain(process.getInputStream(), output);
      }
      drain(process.getInputStream(), output);
      return judge(process.exitValue(), output);
    } finally {
      if (process.isAlive()) {
        ProcessTree.end(process.toHandle());
      }
      close(process);
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private ProbeReport cannotRun(IOException failure) {
    String said = String.valueOf(failure.getMessage());
    Matcher error = ERROR.matcher(said);
    boolean numbered = error.find();
    String detail = "cannot run " + command.get(0) + ": " + (numbered ? error.group(2) : said);
    return numbered && OURS.contains(Integer.valueOf(error.group(1)))
        ? ProbeReport.skipped(detail)
        : ProbeReport.failed(detail);
  }

  /** Takes what is there, but not for ever from a program that prints without end. */
  private static void drain(InputStream from, OutputTail output) {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int left = 64; left > 0; left--) {
        int there = Math.min(from.available(), CHUNK);
        if (there == 0) {
          return;
        }
        output.add(chunk, from.read(chunk, 0, there));
      }
    } catch (IOException closed) {
      return; // no more words; the exit status decides
    }
  }

  private ProbeReport judge(int status, OutputTail output) {
    if (expected.contains(status)) {
      return ProbeReport.PASSED;
    }
    String line = output.lastLine();
    return ProbeReport.failed("exit status " + status + (line.isEmpty() ? "" : ": " + line));
  }

  private static void close(Process process) {
    try {
      process.getOutputStream().close();
      process.getInputStream().close();
    } catch (IOException gone) {
      return;
    }
  }
}
