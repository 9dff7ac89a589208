package io.lb4j.benchmarks.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Receives as fast as it can. */
final class DownloadFlow extends LoadFlow {
  DownloadFlow(LoadLoop loop) {
    super(loop);
  }

  @Override
  int onConnected(SocketChannel connected) {
    return SelectionKey.OP_READ;
  }

  @Override
  void onReady(SocketChannel ready) throws IOException {
    int read = ready.read(loop.buffer());
    if (read < 0) {
      throw new EOFException("a download ended");
    }
    loop.tally().bytes(read);
  }
}
