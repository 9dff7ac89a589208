package consumer;

import io.lb4j.Pool;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sends a line through a virtual server to an echoing member and expects it back. */
public final class Main {

  private Main() {}

  public static void main(String[] args) throws IOException {
    if (VirtualServer.class.getModule().isNamed()) {
      throw new AssertionError("lb-core is on the module path");
    }
    byte[] sent = "hello through lb4j\n".getBytes(StandardCharsets.UTF_8);
    try (ServerSocket member = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Thread echo = new Thread(() -> echo(member), "echo");
      echo.setDaemon(true);
      echo.start();

      Pool pool = Pool.builder("web").member("127.0.0.1", member.getLocalPort()).build();
      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).start()) {
        expectTransport(edge.transport());
        InetSocketAddress address = (InetSocketAddress) edge.address();
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
          client.setSoTimeout(10_000);
          client.getOutputStream().write(sent);
          byte[] received = client.getInputStream().readNBytes(sent.length);
          if (!Arrays.equals(sent, received)) {
            throw new AssertionError(
                "got back '" + new String(received, StandardCharsets.UTF_8) + "'");
          }
        }
      }
    }
    System.out.println("echo came back");
  }

  /**
   * The jar that was installed has a native part if the JDK that built it could, and it is used.
   */
  private static void expectTransport(TransportKind used) {
    boolean expectsNative =
        Runtime.version().feature() >= 22 && System.getProperty("os.name").equals("Linux");
    if (used != (expectsNative ? TransportKind.EPOLL : TransportKind.NIO)) {
      throw new AssertionError("uses " + used);
    }
  }

  private static void echo(ServerSocket member) {
    try (Socket connection = member.accept()) {
      connection.getInputStream().transferTo(connection.getOutputStream());
    } catch (IOException e) {
      System.err.println("echo: " + e);
    }
  }
}
