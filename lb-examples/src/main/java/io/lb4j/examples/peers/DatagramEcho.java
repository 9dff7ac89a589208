package io.lb4j.examples.peers;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/** Sends datagrams back, on a thread of its own. */
public final class DatagramEcho implements RunningServer {
  private static final int LONGEST = 65_507;

  private final DatagramSocket socket;

  private DatagramEcho(DatagramSocket socket) {
    this.socket = socket;
  }

  /** Starts it; port 0 asks for any free one. */
  public static DatagramEcho start(InetSocketAddress address) throws IOException {
    DatagramEcho echo = new DatagramEcho(new DatagramSocket(address));
    Thread thread = new Thread(echo::serve, "datagram-echo");
    thread.setDaemon(true);
    thread.start();
    return echo;
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

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void close() {
    socket.close();
  }
}
