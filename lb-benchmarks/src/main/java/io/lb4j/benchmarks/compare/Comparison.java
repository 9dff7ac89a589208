package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * All workloads on all contenders, one workload after the other.
 *
 * @param settings how long
 * @param processors where
 * @param out told of each workload's result as soon as it is there
 */
record Comparison(Settings settings, Processors processors, PrintWriter out) {
  private static final long VERSION_SECONDS = 10;

  List<Result> run(List<Workload> workloads, List<Contender> contenders) throws IOException {
    List<Result> results = new ArrayList<>();
    FreePorts ports = new FreePorts(RandomGenerator.getDefault());
    try (Sandbox sandbox = Sandbox.open()) {
      for (Contender contender : contenders) {
        out.println(contender.name() + ": " + version(contender, sandbox));
      }
      for (Workload workload : workloads) {
        Result result = new Course(workload, settings, sandbox, processors).run(contenders, ports);
        sandbox.endProcesses();
        out.println(System.lineSeparator() + Report.of(result));
        results.add(result);
      }
    }
    return results;
  }

  private static String version(Contender contender, Sandbox sandbox) throws IOException {
    String log = contender.name() + "-version";
    try {
      sandbox
          .startLogged(log, contender.versionCommand())
          .waitFor(VERSION_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return sandbox.readLog(log).lines().findFirst().orElse("version unknown");
  }
}
