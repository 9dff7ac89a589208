package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A contender at work.
 *
 * @param name the contender's
 * @param workload that it is to carry
 * @param port where clients connect
 * @param process its process
 */
record RunningProxy(String name, Workload workload, int port, Process process) {
  private static final Duration TO_START = Duration.ofSeconds(15);
  private static final long LOOK_AGAIN_MILLIS = 20;
  private static final int TO_ANSWER_MILLIS = 100;

  static RunningProxy start(
      Contender contender, Contender.Place place, Sandbox sandbox, Processors processors)
      throws IOException {
    List<String> command = new ArrayList<>(processors.forProxy(place.workers()));
    command.addAll(contender.command(place));
    Process process = sandbox.startLogged(contender.name(), command);
    return new RunningProxy(contender.name(), place.workload(), place.port(), process);
  }

  ProcessFamily family() {
    return new ProcessFamily(process.toHandle());
  }

  /** Waits until it accepts clients. */
  void awaitReady(Sandbox sandbox) throws IOException {
    long deadlineNanos = System.nanoTime() + TO_START.toNanos();
    while (!(workload.isUdp() ? answers() : accepts())) {
      if (!process.isAlive() || System.nanoTime() - deadlineNanos > 0) {
        throw new IOException(name + " did not start: " + sandbox.readLog(name).strip());
      }
      Pause.of(Duration.ofMillis(LOOK_AGAIN_MILLIS));
    }
  }

  /** Whether a datagram comes back. */
  private boolean answers() {
    DatagramPacket packet = new DatagramPacket(new byte[] {DatagramService.HOW_MANY}, 1);
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(TO_ANSWER_MILLIS);
      client.connect(InetAddress.getLoopbackAddress(), port);
      client.send(packet);
      client.receive(packet);
      return true;
    } catch (IOException notYet) {
      return false;
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
