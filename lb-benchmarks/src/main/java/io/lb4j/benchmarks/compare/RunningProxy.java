package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A contender at work.
 *
 * @param name the contender's
 * @param port where clients connect
 * @param process its process
 */
record RunningProxy(String name, int port, Process process) {
  private static final Duration TO_START = Duration.ofSeconds(15);
  private static final long LOOK_AGAIN_MILLIS = 20;

  static RunningProxy start(
      Contender contender, Contender.Place place, Sandbox sandbox, Processors processors)
      throws IOException {
    List<String> command = new ArrayList<>(processors.forProxy());
    command.addAll(contender.command(place));
    Process process = sandbox.startLogged(contender.name(), command);
    return new RunningProxy(contender.name(), place.port(), process);
  }

  ProcessFamily family() {
    return new ProcessFamily(process.toHandle());
  }

  /** Waits until it accepts clients. */
  void awaitReady(Sandbox sandbox) throws IOException {
    long deadlineNanos = System.nanoTime() + TO_START.toNanos();
    while (!accepts()) {
      if (!process.isAlive() || System.nanoTime() - deadlineNanos > 0) {
        throw new IOException(name + " did not start: " + sandbox.readLog(name).strip());
      }
      Pause.of(Duration.ofMillis(LOOK_AGAIN_MILLIS));
    }
  }

  private boolean accepts() {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return client.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
