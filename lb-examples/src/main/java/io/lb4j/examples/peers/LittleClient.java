package io.lb4j.examples.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A client with a long connection; and, as a method, one with a short connection. */
public final class LittleClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5000;

  private final Socket socket = new Socket();
  private final BufferedReader in;

  /** Connects. */
  public LittleClient(SocketAddress server) throws IOException {
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(server, PATIENCE_MILLIS);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Sends the deck's request on a connection of its own; the reply's body. */
  public static String get(SocketAddress server) throws IOException {
    return get(server, "/");
  }

  /** Asks for a path on a connection of its own; the reply's body. */
  public static String get(SocketAddress server, String path) throws IOException {
    try (LittleClient client = new LittleClient(server)) {
      client.send("GET " + path + " HTTP/1.0\r\n\r\n");
      StringWriter reply = new StringWriter();
      client.in.transferTo(reply);
      return body(reply.toString());
    }
  }

  private static String body(String reply) throws IOException {
    int headEnd = reply.indexOf("\r\n\r\n");
    if (headEnd < 0) {
      throw new IOException("no HTTP reply: \"" + reply + '"');
    }
    return reply.substring(headEnd + 4).strip();
  }

  /** Sends a line; the line that comes back. */
  public String say(String line) throws IOException {
    send(line + "\r\n");
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException("disconnected after \"" + line + '"');
    }
    return answer;
  }

  private void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Its own address, by which the load balancer knows it. */
  public SocketAddress address() {
    return socket.getLocalSocketAddress();
  }

  /** Disconnects. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
