package io.lb4j.examples.peers;

import java.io.IOException;
import java.net.Socket;

/** Sends back what it gets, until the client ends its stream. */
public final class EchoService implements LittleServer.Service {
  @Override
  public void serve(Socket client) throws IOException {
    client.getInputStream().transferTo(client.getOutputStream());
  }
}
