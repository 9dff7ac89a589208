package io.lb4j.examples.cli;

import io.lb4j.examples.peers.LittleServer;
import io.lb4j.examples.peers.ShortHttpService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The deck's server for short connections. */
@Command(
    name = "short-server",
    description = "Answers each client with a short HTTP reply, until SIGTERM or SIGINT.")
final class ShortServerCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Option(
      names = "--text",
      defaultValue = "resp from server1",
      paramLabel = "TEXT",
      description = "The body of the reply. Default: ${DEFAULT-VALUE}.")
  private String text;

  @Override
  public Integer call() throws Exception {
    options.run(address -> LittleServer.start(address, new ShortHttpService(() -> text)));
    return ExitCode.OK;
  }
}
