package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Sends as fast as it can. At the end it waits until the server has everything and closes. */
final class UploadFlow extends LoadFlow {
  private final int writeBytes;
  private boolean finishing;

  UploadFlow(LoadLoop loop, int writeBytes) {
    super(loop);
    this.writeBytes = writeBytes;
  }

  @Override
  int onConnected(SocketChannel connected) {
    return SelectionKey.OP_WRITE;
  }

  @Override
  void onReady(SocketChannel ready) throws IOException {
    if (finishing) {
      if (ready.read(loop.buffer()) < 0) {
        close();
      }
    } else {
      loop.tally().bytes(ready.write(loop.buffer().limit(writeBytes)));
    }
  }

  @Override
  void finish() {
    finishing = true;
    endOutput();
  }
}
