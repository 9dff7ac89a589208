package io.lb4j.examples;

import io.lb4j.examples.cli.CommandLines;

/** Entry point of the runnable jar. */
public final class Main {
  private Main() {}

  /**
   * Runs the command that the first argument names and exits with its status: 0 when it did its
   * work, 1 when it could not, 2 when the command line is wrong.
   *
   * @param args the name of a command, then its options
   */
  public static void main(String[] args) {
    System.exit(CommandLines.create(System.in).execute(args));
  }
}
