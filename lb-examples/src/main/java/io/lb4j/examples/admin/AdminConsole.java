package io.lb4j.examples.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Answers the lines of an input on a daemon thread, which keeps nobody from ending. The end of the
 * input ends nothing else; an input that is not there is one that has ended.
 */
public final class AdminConsole implements Runnable {
  private static final int LONGEST_LINE = 1000;
  private static final long LOOK_AGAIN_MILLIS = 1000;

  private final InputStream input;
  private final PrintWriter out;
  private final AdminCommands commands;

  private AdminConsole(InputStream input, PrintWriter out, AdminCommands commands) {
    this.input = input;
    this.out = out;
    this.commands = commands;
  }

  /** Begins to read. */
  public static void start(InputStream input, PrintWriter out, AdminCommands commands) {
    Thread thread = new Thread(new AdminConsole(input, out, commands), "admin");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
      while (answerLine(lines)) {}
    } catch (IOException ended) {
      out.println("no more admin lines: " + ended.getMessage());
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answerLine(BufferedReader lines) throws IOException, InterruptedException {
    while (Terminal.isAnothers()) {
      Thread.sleep(LOOK_AGAIN_MILLIS); // reading now would have the system stop this process
    }
    StringBuilder line = new StringBuilder();
    int next = lines.read();
    for (; next >= 0 && next != '\n'; next = lines.read()) {
      if (line.length() <= LONGEST_LINE) {
        line.append((char) next);
      }
    }
    if (line.length() > LONGEST_LINE) {
      out.println("error: line of more than " + LONGEST_LINE + " characters");
    } else if (!line.toString().isBlank()) {
      out.println(commands.answer(line.toString()));
    }
    return next >= 0;
  }
}
