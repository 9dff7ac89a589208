package io.lb4j.benchmarks.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Round trips, one after the other. */
final class EchoFlow extends LoadFlow {
  private final ByteBuffer message;
  private int missingBytes;

  EchoFlow(LoadLoop loop, int messageBytes) {
    super(loop);
    message = ByteBuffer.allocateDirect(messageBytes);
  }

  @Override
  int onConnected(SocketChannel connected) throws IOException {
    send(connected);
    return SelectionKey.OP_READ;
  }

  private void send(SocketChannel channel) throws IOException {
    missingBytes = message.capacity();
    channel.write(message.rewind());
  }

  @Override
  void onReady(SocketChannel ready) throws IOException {
    int read = ready.read(loop.buffer());
    if (read < 0) {
      throw new EOFException("an echo ended");
    }
    loop.tally().bytes(read);
    missingBytes -= read;
    if (missingBytes == 0) {
      operationDone();
      send(ready);
    }
  }
}
