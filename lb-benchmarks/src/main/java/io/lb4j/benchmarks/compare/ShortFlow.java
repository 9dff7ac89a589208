package io.lb4j.benchmarks.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One request and one reply, then a new connection. The server closes first, as with HTTP/1.0; the
 * client resets what is left when it has seen that.
 */
final class ShortFlow extends LoadFlow {
  private final ByteBuffer request = ShortExchange.request();
  private int replyBytes;

  ShortFlow(LoadLoop loop) {
    super(loop);
  }

  @Override
  int onConnected(SocketChannel connected) throws IOException {
    replyBytes = 0;
    connected.write(request.rewind());
    return SelectionKey.OP_READ;
  }

  @Override
  void onReady(SocketChannel ready) throws IOException {
    int read = ready.read(loop.buffer());
    while (read > 0) { // the end has mostly come together with the reply
      replyBytes += read;
      read = ready.read(loop.buffer());
    }
    if (read < 0) {
      onEnd();
    }
  }

  private void onEnd() throws EOFException {
    if (replyBytes != ShortExchange.REPLY_BYTES) {
      throw new EOFException("reply of " + replyBytes + " bytes");
    }
    loop.tally().bytes(replyBytes);
    operationDone();
    close();
    loop.dialSoon(this);
  }

  @Override
  void onFailure() {
    loop.dialSoon(this);
  }
}
