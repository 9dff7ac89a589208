package io.lb4j.examples.cli;

import io.lb4j.examples.dns.Dnsmasq;
import io.lb4j.examples.dns.LittleNameServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** UDP with real name servers. */
@Command(
    name = "dns-demo",
    description = {
      "Balances DNS queries over two name servers, kills one and starts it again.",
      "The servers are dnsmasq on loopback ports where it is installed. The status is 0 when"
          + " everything it shows was really observed."
    })
final class DnsDemoCommand implements Callable<Integer> {
  @Option(
      names = "--embedded",
      description = "Take little servers of its own even where dnsmasq is installed.")
  private boolean embedded;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Checklist seen = new Checklist(out);
    try {
      new DnsDemo(out, seen, starter(out)).play();
    } catch (IOException failure) {
      seen.check("the end of the demonstration: " + failure, false);
    }
    return seen.report() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private DnsDemo.Starter starter(PrintWriter out) {
    Optional<Path> dnsmasq = embedded ? Optional.empty() : Dnsmasq.program();
    if (dnsmasq.isPresent()) {
      out.println("name servers: " + dnsmasq.get());
      return (port, address) -> Dnsmasq.start(dnsmasq.get(), port, address);
    }
    out.println("name servers: little ones" + (embedded ? "" : ", as dnsmasq is not installed"));
    return LittleNameServer::start;
  }
}
