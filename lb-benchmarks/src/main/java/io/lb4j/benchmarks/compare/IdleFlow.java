package io.lb4j.benchmarks.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One exchange, so that the proxy has had to open its side too, and then nothing. */
final class IdleFlow extends LoadFlow {
  private final int messageBytes;
  private int missingBytes;

  IdleFlow(LoadLoop loop, int messageBytes) {
    super(loop);
    this.messageBytes = messageBytes;
  }

  @Override
  int onConnected(SocketChannel connected) throws IOException {
    missingBytes = messageBytes;
    connected.write(loop.buffer().limit(messageBytes));
    return SelectionKey.OP_READ;
  }

  @Override
  void onReady(SocketChannel ready) throws IOException {
    int read = ready.read(loop.buffer());
    if (read < 0) {
      throw new EOFException("an idle flow ended");
    }
    loop.tally().bytes(read);
    missingBytes -= read;
    if (missingBytes == 0) {
      loop.tally().opened();
    }
  }
}
