package io.lb4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The deck's session, played and checked. */
@Command(
    name = "demo",
    description = {
      "Plays short and long connections over two servers of each kind, and a server's failure.",
      "The status is 0 when everything it shows was really observed."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Checklist seen = new Checklist(out);
    try {
      new Demo(out, seen).play();
    } catch (IOException failure) {
      seen.check("the end of the demonstration: " + failure, false);
    }
    return seen.report() ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
