package io.lb4j.examples.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Asks as a stub resolver does, from a new port for each query, but only once. */
public final class DnsClient {
  private static final int PATIENCE_MILLIS = 300;

  private DnsClient() {}

  /** The address that a server has for the name of the demonstration, if it answers in time. */
  public static Optional<String> ask(SocketAddress server) throws IOException {
    short id = (short) ThreadLocalRandom.current().nextInt();
    byte[] query = DnsMessage.query(id, NameServer.NAME);
    DatagramPacket reply = new DatagramPacket(new byte[DnsMessage.MOST], DnsMessage.MOST);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(server);
      socket.send(new DatagramPacket(query, query.length));
      socket.receive(reply);
      return DnsMessage.address(Arrays.copyOf(reply.getData(), reply.getLength()), id);
    } catch (SocketTimeoutException | PortUnreachableException lost) {
      return Optional.empty();
    }
  }
}
