package io.lb4j.examples.cli;

import io.lb4j.examples.peers.EchoService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The deck's server for long connections. */
@Command(name = "echo-server", description = "Sends back what it gets, until SIGTERM or SIGINT.")
final class EchoServerCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Override
  public Integer call() throws Exception {
    options.run(new EchoService());
    return ExitCode.OK;
  }
}
