package io.lb4j.examples.cli;

import io.lb4j.examples.peers.DatagramEcho;
import io.lb4j.examples.peers.EchoService;
import io.lb4j.examples.peers.LittleServer;
import io.lb4j.examples.peers.RunningServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The deck's server for long connections. */
@Command(name = "echo-server", description = "Sends back what it gets, until SIGTERM or SIGINT.")
final class EchoServerCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Option(names = "--udp", description = "Send back datagrams; there are no connections then.")
  private boolean udp;

  @Override
  public Integer call() throws Exception {
    options.run(udp ? DatagramEcho::start : EchoServerCommand::startTcp);
    return ExitCode.OK;
  }

  private static RunningServer startTcp(InetSocketAddress address) throws IOException {
    return LittleServer.start(address, new EchoService());
  }
}
