package io.lb4j.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The load generator. One thread drives all flows; the calling one. */
final class LoadClient implements AutoCloseable {
  private static final Duration TO_FINISH = Duration.ofSeconds(2);

  private final Selector selector = Selector.open();
  private List<LoadFlow> flows = List.of();

  LoadClient() throws IOException {}

  /**
   * Obeys lines of standard input until it ends, which it does with the process that started this
   * one. Each is the workload's constant, a port, a number of flows, the milliseconds that it may
   * take and the rate of UDP or 0, and is answered by {@link LoadFigures#toLine()}.
   *
   * @param args none
   * @throws IOException when there is no selector
   */
  public static void main(String[] args) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try (LoadClient client = new LoadClient()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(client.obey(line.split(" ", -1)).toLine());
      }
    }
  }

  /** The line that {@link #main} takes for a run. */
  static String line(Workload workload, int port, int flows, Duration duration, int rate) {
    return String.join(
        " ", workload.name(), "" + port, "" + flows, "" + duration.toMillis(), "" + rate);
  }

  private LoadFigures obey(String[] words) throws IOException {
    Workload workload = Workload.valueOf(words[0]);
    SocketAddress proxy =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words[1]));
    int count = Integer.parseInt(words[2]);
    Duration duration = Duration.ofMillis(Long.parseLong(words[3]));
    return workload.isUdp()
        ? exchange(workload, proxy, count, duration, Integer.parseInt(words[4]))
        : run(workload, proxy, count, duration);
  }

  /**
   * Drives flows through the proxy for that long; idle ones only until all are open. Idle flows
   * stay open until the next run or {@link #close()}.
   */
  LoadFigures run(Workload workload, SocketAddress proxy, int count, Duration duration)
      throws IOException {
    closeFlows();
    long deadlineNanos = System.nanoTime() + duration.toNanos();
    LoadLoop loop = new LoadLoop(selector, proxy);
    flows = Stream.generate(() -> LoadFlow.of(workload, loop)).limit(count).toList();
    flows.forEach(loop::dialSoon);
    Tally tally = loop.tally();
    BooleanSupplier allOpen = () -> tally.open() + tally.errors() >= count;
    loop.runUntil(deadlineNanos, workload == Workload.IDLE ? allOpen : () -> false);
    if (workload != Workload.IDLE) {
      finish(loop);
    }
    return tally.figures();
  }

  /**
   * Exchanges datagrams through the proxy for that long.
   *
   * @param rate how many in a second; 0 for as many as go
   */
  LoadFigures exchange(
      Workload workload, SocketAddress proxy, int clients, Duration duration, int rate)
      throws IOException {
    Pace pace = new Pace(workload.rate(rate), System.nanoTime());
    if (workload == Workload.UDP_BURST) {
      try (BurstLoad load = new BurstLoad(workload, proxy, clients)) {
        return load.run(duration, pace);
      }
    }
    try (UdpLoad load = new UdpLoad(workload, selector, proxy, clients)) {
      return load.run(duration, pace);
    }
  }

  private void finish(LoadLoop loop) throws IOException {
    loop.forgetDials();
    flows.forEach(LoadFlow::finish);
    loop.runUntil(
        System.nanoTime() + TO_FINISH.toNanos(), () -> flows.stream().allMatch(LoadFlow::ended));
    flows.stream().filter(flow -> !flow.ended()).forEach(LoadFlow::fail);
    closeFlows();
  }

  private void closeFlows() throws IOException {
    flows.forEach(LoadFlow::close);
    flows = List.of();
    selector.selectNow(); // only now are they closed that the selector knew
  }

  @Override
  public void close() throws IOException {
    closeFlows();
    selector.close();
  }
}
