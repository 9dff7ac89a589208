package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One workload on all contenders, with processes that nothing has been done to before. */
final class Course {
  private static final int FEW_FLOWS = 64;

  private final Workload workload;
  private final Settings settings;
  private final Sandbox sandbox;
  private final Processors processors;
  private final LoadProcess client;
  private final List<Integer> serverPorts;
  private final List<RunningProxy> proxies = new ArrayList<>();

  Course(Workload workload, Settings settings, Sandbox sandbox, Processors processors)
      throws IOException {
    this.workload = workload;
    this.settings = settings;
    this.sandbox = sandbox;
    this.processors = processors;
    LoadProcess server = LoadProcess.start(sandbox, processors, LoadServer.class, workload.name());
    client = LoadProcess.start(sandbox, processors, LoadClient.class);
    serverPorts =
        Stream.of(server.receive(LoadProcess.PATIENCE).split(" ", -1))
            .map(Integer::valueOf)
            .toList();
  }

  /** Starts the proxies, has each warm up, and lets them take turns. */
  Result run(List<Contender> contenders, FreePorts ports) throws IOException {
    for (Contender contender : contenders) {
      if (contender.carries(workload)) {
        Contender.Place place =
            new Contender.Place(
                workload, settings.workers(), ports.next(), serverPorts, sandbox.folder());
        proxies.add(RunningProxy.start(contender, place, sandbox, processors));
      }
    }
    for (RunningProxy proxy : proxies) {
      proxy.awaitReady(sandbox);
    }
    for (RunningProxy proxy : proxies) {
      warmUp(proxy);
    }
    return new Result(workload, takeTurns());
  }

  private void warmUp(RunningProxy proxy) throws IOException {
    if (workload != Workload.IDLE) {
      drive(proxy, workload.flows(), settings.warmup());
      return;
    }
    // A few flows again and again: the memory of many is still to be measured, but no longer that
    // of a compiler at work.
    long endNanos = System.nanoTime() + settings.warmup().toNanos();
    do {
      drive(proxy, FEW_FLOWS, LoadProcess.PATIENCE);
    } while (System.nanoTime() - endNanos < 0);
    drive(proxy, 0, LoadProcess.PATIENCE); // which closes the last of them
  }

  private Map<String, List<Sample>> takeTurns() throws IOException {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (int round = workload.rounds(settings.rounds()); round > 0; round--) {
      for (RunningProxy proxy : proxies) {
        samples.computeIfAbsent(proxy.name(), name -> new ArrayList<>()).add(measure(proxy));
      }
    }
    return samples;
  }

  private Sample measure(RunningProxy proxy) throws IOException {
    return workload == Workload.IDLE ? measureMemory(proxy) : measureCpu(proxy);
  }

  private Sample measureCpu(RunningProxy proxy) throws IOException {
    ProcessFamily family = proxy.family();
    CpuTimes before = family.cpuTimes();
    LoadFigures load = drive(proxy, workload.flows(), settings.turn());
    return new Sample(workload.cost(family.cpuTimes().secondsSince(before), load), load);
  }

  private Sample measureMemory(RunningProxy proxy) throws IOException {
    ProcessFamily family = proxy.family();
    double before = family.residentBytes();
    LoadFigures load = drive(proxy, workload.flows(), LoadProcess.PATIENCE);
    Pause.of(settings.turn());
    return new Sample(workload.cost(family.residentBytes() - before, load), load);
  }

  private LoadFigures drive(RunningProxy proxy, int flows, Duration duration) throws IOException {
    client.send(LoadClient.line(workload, proxy.port(), flows, duration, settings.rate()));
    return LoadFigures.parse(client.receive(duration.plus(LoadProcess.PATIENCE)));
  }
}
