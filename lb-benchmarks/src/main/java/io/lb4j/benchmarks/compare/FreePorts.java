package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Ports to listen at. They lie below those that the kernel gives to clients: of these a short flow
 * could take one between the look and the listening. Begins anywhere, for another run beside it.
 */
final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;

  private int offset;

  FreePorts(RandomGenerator random) {
    offset = random.nextInt(COUNT);
  }

  int next() throws IOException {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + offset++ % COUNT;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port");
  }

  private static boolean isFree(int port) {
    InetAddress address = InetAddress.getLoopbackAddress();
    try (ServerSocket tcp = new ServerSocket(port, 1, address);
        DatagramSocket udp = new DatagramSocket(port, address)) {
      return tcp.isBound() && udp.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
