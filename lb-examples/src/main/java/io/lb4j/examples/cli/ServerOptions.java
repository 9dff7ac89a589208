package io.lb4j.examples.cli;

import io.lb4j.ServiceAddress;
import io.lb4j.examples.peers.RunningServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the two server commands have in common. */
final class ServerOptions {
  /** Starts the server of a command. */
  @FunctionalInterface
  interface Starter {
    RunningServer start(InetSocketAddress address) throws IOException;
  }

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where clients connect. Port 0 picks a free one.")
  private ServiceAddress listen;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Runs a server until the process is asked to end. */
  void run(Starter starter) throws IOException {
    if (listen.path().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "listen: " + listen + " (expected: host:port or [IPv6]:port)");
    }
    RunningServer server = start(starter);
    Termination termination = Termination.does(() -> close(server));
    spec.commandLine().getOut().println("listening on " + Addresses.of(server.address()));
    termination.await();
  }

  private RunningServer start(Starter starter) throws IOException {
    try {
      return starter.start(Addresses.toInet(listen));
    } catch (IOException failure) {
      throw new IOException("cannot listen on " + listen + ": " + failure.getMessage(), failure);
    }
  }

  private static void close(RunningServer server) {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
