package io.lb4j.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A client that sends datagrams to one address, and must hear from no other. Its socket is not
 * connected, as the JDK sends no empty datagram from one that is.
 */
public final class UdpClient implements AutoCloseable {
  private static final int MOST_BYTES = 65_536;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int QUIET_MILLIS = 150;

  private final DatagramSocket socket;
  private final SocketAddress server;

  private UdpClient(DatagramSocket socket, SocketAddress server) {
    this.socket = socket;
    this.server = server;
  }

  /** On any port. */
  public static UdpClient to(SocketAddress server) throws IOException {
    return from(null, server);
  }

  /** On a port of its own choice. */
  public static UdpClient from(InetSocketAddress own, SocketAddress server) throws IOException {
    InetAddress host = ((InetSocketAddress) server).getAddress();
    InetAddress loopback =
        InetAddress.getByName(host instanceof Inet4Address ? "127.0.0.1" : "::1");
    DatagramSocket socket =
        new DatagramSocket(own == null ? new InetSocketAddress(loopback, 0) : own);
    socket.setReceiveBufferSize(1 << 20);
    return new UdpClient(socket, server);
  }

  /** Its own address. */
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Sends this. */
  public void send(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, server));
  }

  /** Sends this. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Waits for a datagram. */
  public byte[] receive() throws IOException {
    return receive(PATIENCE_MILLIS)
        .orElseThrow(() -> new AssertionError("no datagram for " + address()));
  }

  /** Waits for a datagram. */
  public String receiveText() throws IOException {
    return new String(receive(), StandardCharsets.UTF_8);
  }

  /** Sends this and waits for what comes back. */
  public String ask(String text) throws IOException {
    send(text);
    return receiveText();
  }

  /** Whether nothing comes for a moment. */
  public boolean hearsNothing() throws IOException {
    return receive(QUIET_MILLIS).isEmpty();
  }

  private Optional<byte[]> receive(int millis) throws IOException {
    byte[] room = new byte[MOST_BYTES];
    DatagramPacket packet = new DatagramPacket(room, room.length);
    socket.setSoTimeout(millis);
    try {
      socket.receive(packet);
      if (!packet.getSocketAddress().equals(server)) {
        throw new AssertionError("asked " + server + ", heard " + packet.getSocketAddress());
      }
      return Optional.of(Arrays.copyOf(room, packet.getLength()));
    } catch (SocketTimeoutException nothing) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
