package io.lb4j.examples.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Optional;

/** Answers any name with one address, on a thread of its own. */
public final class LittleNameServer implements NameServer {
  private final int port;
  private final DatagramSocket socket;
  private final byte[] address;

  private LittleNameServer(int port, DatagramSocket socket, byte[] address) {
    this.port = port;
    this.socket = socket;
    this.address = address;
  }

  /** Starts at this port. */
  public static LittleNameServer start(int port, String address) throws IOException {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    LittleNameServer server =
        new LittleNameServer(port, new DatagramSocket(port, NameServer.loopback()), bytes);
    Thread thread = new Thread(server::serve, "little-name-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Override
  public int port() {
    return port; // of a closed socket there is none
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[DnsMessage.MOST], DnsMessage.MOST);
    while (!socket.isClosed()) {
      try {
        packet.setData(new byte[DnsMessage.MOST]);
        socket.receive(packet);
        answer(packet);
      } catch (SocketException closed) {
        return;
      } catch (IOException lost) {
        // as datagrams are: the client asks again
      }
    }
  }

  private void answer(DatagramPacket packet) throws IOException {
    byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
    Optional<byte[]> reply = DnsMessage.reply(query, address);
    if (reply.isPresent()) {
      packet.setData(reply.get());
      socket.send(packet);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
