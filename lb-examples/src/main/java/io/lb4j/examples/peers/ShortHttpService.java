package io.lb4j.examples.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Reads one request, whatever it asks for, answers with a text, and disconnects. */
public final class ShortHttpService implements LittleServer.Service {
  private static final int PATIENCE_MILLIS = 1000;
  private static final int MAX_REQUEST = 64 * 1024;

  private final Supplier<String> text;

  /** Asks for the text anew for each reply. */
  public ShortHttpService(Supplier<String> text) {
    this.text = text;
  }

  @Override
  public void serve(Socket client) throws IOException {
    client.setSoTimeout(PATIENCE_MILLIS);
    readRequest(client.getInputStream());
    client.getOutputStream().write(reply());
    // Closing while bytes of the client are unread would reset the connection, and the reply may be
    // lost with it. So wait for the client's end.
    client.shutdownOutput();
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Reads up to the empty line; one who does not send it is answered a little later. */
  private static void readRequest(InputStream in) throws IOException {
    int lineLength = 0;
    try {
      for (int i = 0; i < MAX_REQUEST; i++) {
        int next = in.read();
        if (next < 0 || (next == '\n' && lineLength == 0 && i > 0)) {
          return;
        }
        if (next == '\n') {
          lineLength = 0;
        } else if (next != '\r') {
          lineLength++;
        }
      }
    } catch (SocketTimeoutException impatient) {
      // "echo -n" of some shells leaves \r\n as it stands, so the empty line never comes
    }
  }

  private byte[] reply() {
    String body = text.get() + "\r\n";
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    String head = "HTTP/1.0 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }
}
