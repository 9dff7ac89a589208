package io.lb4j.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
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
        DnsDemoCommand.class,
        ServeCommand.class,
        SimulateCommand.class,
        EchoServerCommand.class,
        ShortServerCommand.class
      },
      mixinStandardHelpOptions = true,
      scope = ScopeType.INHERIT,
      version = "lb4j examples",
      sortOptions = false,
      usageHelpAutoWidth = true)
  private static final class Root {}

  /**
   * A command line that is ready to execute.
   *
   * @param adminInput where {@code serve} takes admin lines from
   */
  public static CommandLine create(InputStream adminInput) {
    CommandLine line = new CommandLine(new Root(), new Factory(adminInput));
    Values.register(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(CommandLines::onFailure);
    return line;
  }

  private record Factory(InputStream adminInput) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      return type == ServeCommand.class
          ? type.cast(new ServeCommand(adminInput))
          : CommandLine.defaultFactory().create(type);
    }
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
