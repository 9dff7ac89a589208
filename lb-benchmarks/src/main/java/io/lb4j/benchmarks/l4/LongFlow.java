package io.lb4j.benchmarks.l4;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A flow that lives for a trial and repeats one message. */
final class LongFlow implements AutoCloseable {
  private final Client client;
  private final int replyBytes;
  private final ByteBuffer request;
  private final ByteBuffer reply = Client.readBuffer();

  /**
   * Sends the first requests.
   *
   * @param client its connection
   * @param message what to repeat
   * @param ahead how many requests are on their way before each exchange; 0 to take turns
   */
  LongFlow(Client client, Message message, int ahead) throws IOException {
    this.client = client;
    this.replyBytes = message.replyBytes();
    this.request = message.request();
    for (int i = 0; i < ahead; i++) {
      client.send(request);
    }
  }

  /** Sends one request and receives one reply, that of the oldest request. */
  void exchange() throws IOException {
    client.send(request);
    client.receive(replyBytes, reply);
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
