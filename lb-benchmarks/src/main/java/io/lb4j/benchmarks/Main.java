package io.lb4j.benchmarks;

import io.lb4j.benchmarks.compare.Compare;
import io.lb4j.benchmarks.monitors.Monitors;
import java.io.IOException;
import java.util.Arrays;

/**
 * Entry point of the runnable jar: {@code compare}, {@code monitors}, or else whatever JMH makes of
 * the arguments.
 */
public final class Main {
  private Main() {}

  /**
   * Runs the side-by-side comparison or JMH.
   *
   * @param args {@code compare} or {@code monitors} and its options, or JMH's
   * @throws IOException from JMH or {@code monitors}
   * @throws InterruptedException when the thread is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 0 && args[0].equals("compare")) {
      Compare.main(Arrays.copyOfRange(args, 1, args.length));
    } else if (args.length > 0 && args[0].equals("monitors")) {
      Monitors.main(Arrays.copyOfRange(args, 1, args.length));
    } else {
      org.openjdk.jmh.Main.main(args);
    }
  }
}
