package io.lb4j.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the runnable examples. */
@Command(name = "lb-examples", mixinStandardHelpOptions = true)
public final class Main {

  private Main() {}

  /**
   * Runs the example that the first argument names and exits with its status.
   *
   * @param args the name of an example, then its options
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Command(name = "demo", description = "Shows the library at work.")
  int demo() {
    System.out.println("demo: nothing to show yet");
    return 0;
  }
}
