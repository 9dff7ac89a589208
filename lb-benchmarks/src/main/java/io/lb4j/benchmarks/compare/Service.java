package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** What the server does with its connections. Needs no state of a connection. */
abstract sealed class Service {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Any content; for all connections of the one thread. */
  final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  static Service of(Workload workload) {
    return switch (workload) {
      case SHORT -> new OneReply();
      case ECHO, IDLE, UDP_ECHO, UDP_SHORT, UDP_BURST -> new Echo();
      case UPLOAD -> new Discard();
      case DOWNLOAD -> new Fill();
    };
  }

  /** What to wait for on a connection. */
  int interest() {
    return SelectionKey.OP_READ;
  }

  /**
   * Does what can be done now.
   *
   * @return whether the connection goes on
   */
  abstract boolean serve(SocketChannel channel) throws IOException;

  /** Replies and closes, as an HTTP/1.0 server does. */
  private static final class OneReply extends Service {
    private final ByteBuffer reply = ShortExchange.reply();

    @Override
    boolean serve(SocketChannel channel) throws IOException {
      int read = channel.read(buffer.clear());
      if (read > 0) {
        channel.write(reply.rewind());
      }
      return read == 0;
    }
  }

  private static final class Echo extends Service {
    @Override
    boolean serve(SocketChannel channel) throws IOException {
      int read = channel.read(buffer.clear());
      buffer.flip();
      while (buffer.hasRemaining()) { // a message is far smaller than a socket's buffer
        channel.write(buffer);
      }
      return read >= 0;
    }
  }

  private static final class Discard extends Service {
    @Override
    boolean serve(SocketChannel channel) throws IOException {
      return channel.read(buffer.clear()) >= 0;
    }
  }

  private static final class Fill extends Service {
    @Override
    int interest() {
      return SelectionKey.OP_WRITE;
    }

    @Override
    boolean serve(SocketChannel channel) throws IOException {
      channel.write(buffer.clear());
      return true;
    }
  }
}
