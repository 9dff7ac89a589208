package io.lb4j.examples.cli;

import io.lb4j.ServiceAddress;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the two server commands have in common. */
final class ServerOptions {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where clients connect. Port 0 picks a free one.")
  private ServiceAddress listen;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Runs a server until the process is asked to end. */
  void run(LittleServer.Service service) throws IOException {
    if (listen.path().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "listen: " + listen + " (expected: host:port or [IPv6]:port)");
    }
    LittleServer server = start(service);
    Termination termination = Termination.does(() -> close(server));
    spec.commandLine().getOut().println("listening on " + Addresses.of(server.address()));
    termination.await();
  }

  private LittleServer start(LittleServer.Service service) throws IOException {
    try {
      return LittleServer.start(Addresses.toInet(listen), service);
    } catch (IOException failure) {
      throw new IOException("cannot listen on " + listen + ": " + failure.getMessage(), failure);
    }
  }

  private static void close(LittleServer server) {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
