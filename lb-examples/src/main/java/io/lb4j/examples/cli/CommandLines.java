package io.lb4j.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** Puts the commands together. */
public final class CommandLines {
  private CommandLines() {}

  @Command(
      name = "lb-examples",
      description = "A load balancer, its demonstration, and servers to put behind it.",
      subcommands = {
        DemoCommand.class,
        ServeCommand.class,
        EchoServerCommand.class,
        ShortServerCommand.class
      },
      mixinStandardHelpOptions = true,
      scope = ScopeType.INHERIT,
      version = "lb4j examples",
      sortOptions = false,
      usageHelpAutoWidth = true)
  private static final class Root {}

  /** A command line that is ready to execute. */
  public static CommandLine create() {
    CommandLine line = new CommandLine(new Root());
    Values.register(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(CommandLines::onFailure);
    return line;
  }

  /** What cannot be had here is told in a line; anything else is a bug and shows its trace. */
  private static int onFailure(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof IllegalStateException) {
      command.getErr().println(failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
