package io.lb4j.examples.peers;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Sends datagrams back, on a loopback port that the system picks and a thread of its own. */
public final class DatagramEcho implements AutoCloseable {
  private static final int LONGEST = 65_507;

  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

  /** Starts it. */
  public DatagramEcho() throws IOException {
    Thread thread = new Thread(this::serve, "datagram-echo");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
    while (!socket.isClosed()) {
      try {
        packet.setLength(LONGEST);
        socket.receive(packet);
        socket.send(packet);
      } catch (IOException closedOrGone) {
        // closed, or this client is gone: the next one counts
      }
    }
  }

  /** The real port. */
  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    socket.close();
  }
}
