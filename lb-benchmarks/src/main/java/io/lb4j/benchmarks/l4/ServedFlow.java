package io.lb4j.benchmarks.l4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One connection at a member's server: counts request bytes in and reply bytes out. */
final class ServedFlow {
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer head = ByteBuffer.allocate(Message.HEAD);
  private long paddingLeft; // of the request whose head was read
  private long replyLeft;
  private boolean clientEnded;

  ServedFlow(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  /**
   * Reads and writes what can be, one system call each; closes when the client has ended and has
   * all its replies.
   *
   * @param incoming where to read to
   * @param padding what replies are made of
   */
  void onReady(ByteBuffer incoming, ByteBuffer padding) {
    try {
      if (key.isReadable()) {
        clientEnded = channel.read(incoming.clear()) < 0;
        take(incoming.flip());
      }
      if (replyLeft > 0) {
        int most = (int) Math.min(replyLeft, padding.capacity());
        replyLeft -= channel.write(padding.clear().limit(most));
      }
      if (clientEnded && replyLeft == 0) {
        channel.close();
      } else {
        watch();
      }
    } catch (IOException reset) {
      MemberServers.closeUnchecked(channel);
    }
  }

  private void take(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      while (head.hasRemaining() && bytes.hasRemaining()) {
        head.put(bytes.get());
        paddingLeft = head.hasRemaining() ? 0 : head.getInt(0) - Message.HEAD;
      }
      int skipped = (int) Math.min(paddingLeft, bytes.remaining());
      bytes.position(bytes.position() + skipped);
      paddingLeft -= skipped;
      if (!head.hasRemaining() && paddingLeft == 0) {
        replyLeft += Message.head(head.flip()).replyBytes();
        head.clear();
      }
    }
  }

  private void watch() {
    int reading = clientEnded ? 0 : SelectionKey.OP_READ;
    int writing = replyLeft > 0 ? SelectionKey.OP_WRITE : 0;
    if (key.interestOps() != (reading | writing)) {
      key.interestOps(reading | writing);
    }
  }
}
