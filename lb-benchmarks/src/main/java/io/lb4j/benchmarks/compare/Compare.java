package io.lb4j.benchmarks.compare;

import io.lb4j.TransportKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the comparison. */
@Command(
    name = "compare",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    version = "lb4j benchmarks",
    usageHelpAutoWidth = true,
    description =
        "Puts lb4j and the peers that are installed under the same load, on loopback, and prints"
            + " what each spends on the same work and its ratio to the best peer.")
public final class Compare implements Callable<Integer> {
  @Option(
      names = "--workloads",
      split = ",",
      paramLabel = "NAME",
      description =
          "Some of short, echo, upload, download, idle, udp-echo, udp-short,"
              + " udp-burst. Default: all.")
  private List<Workload> workloads = Arrays.asList(Workload.values());

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Some of haproxy, haproxy-splice, nginx, or none. Default: all installed.")
  private List<String> peers = Contenders.PEERS;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "How often each proxy has its turn, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "How long a turn takes, up to 60. Default: ${DEFAULT-VALUE}.")
  private Duration seconds;

  @Option(
      names = "--warmup",
      defaultValue = "15",
      paramLabel = "SECONDS",
      description =
          "Load on each proxy before the first round, up to 60. Default: ${DEFAULT-VALUE}.")
  private Duration warmup;

  @Option(
      names = "--workers",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description =
          "Loops, workers or threads of each proxy, and processors that it may use, 1 to 16."
              + " Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description =
          "Round trips or datagrams a second of a udp workload, up to 1000000, so that all proxies"
              + " carry the same. Default: as many round trips as go, 20000 of udp-burst.")
  private int rate;

  @Option(
      names = "--java",
      paramLabel = "PATH",
      description = "The JVM that lb4j runs on. Default: the one that runs this.")
  private Path java = OwnJvm.running();

  @Option(
      names = "--transport",
      split = ",",
      paramLabel = "KIND",
      description =
          "How lb4j reaches its sockets: auto, nio or epoll. With several lb4j takes part as"
              + " often. Default: auto.")
  private List<TransportKind> transports = List.of(TransportKind.AUTO);

  @Option(names = "--svg", paramLabel = "FILE", description = "Where to draw a chart.")
  private Optional<Path> svg;

  @Option(names = "--json", paramLabel = "FILE", description = "Where to write all figures.")
  private Optional<Path> json;

  @Spec private CommandSpec spec;

  /**
   * Compares, and exits with 0 when it did, 1 when it could not, 2 when the command line is wrong.
   *
   * @param args the options
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Compare())
        .registerConverter(Duration.class, Checks::seconds)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (failure instanceof IOException) {
                line.getErr().println(failure.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
              }
              throw failure;
            });
  }

  @Override
  public Integer call() throws IOException {
    Checks checks = new Checks(spec.commandLine());
    checks.rounds(rounds);
    checks.peers(peers);
    checks.workers(workers);
    checks.rate(rate, workloads);
    checks.java(java);
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.isReadable(Path.of("/proc/self/stat"))) {
      out.println("compare needs Linux: it reads processor times from /proc");
      return CommandLine.ExitCode.SOFTWARE;
    }
    write(compare(out));
    return CommandLine.ExitCode.OK;
  }

  private List<Result> compare(PrintWriter out) throws IOException {
    Programs programs = Programs.installed();
    Processors processors = Processors.detect(programs);
    processors.warning().ifPresent(out::println);
    MachineLoad.warning(Files.readString(Path.of("/proc/loadavg"))).ifPresent(out::println);
    List<Contender> contenders =
        new Contenders(programs, Nginx.findStreamModule(), out)
            .find(
                Set.copyOf(peers),
                transports.stream().distinct().map(kind -> new Lb4j(java, kind)).toList());
    return new Comparison(new Settings(rounds, seconds, warmup, workers, rate), processors, out)
        .run(workloads.stream().distinct().toList(), contenders);
  }

  private void write(List<Result> results) throws IOException {
    if (svg.isPresent()) {
      Files.writeString(svg.get(), Chart.of(results));
    }
    if (json.isPresent()) {
      Files.writeString(json.get(), Json.of(results));
    }
  }
}
