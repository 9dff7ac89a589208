package io.lb4j.benchmarks.l4;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A client's connection: a blocking socket without any threads, so that an exchange is a write and
 * as many reads as it takes. It closes with a reset, because a client that closes first would leave
 * its port in TIME_WAIT, and a run needs more ports than there are.
 */
final class Client implements AutoCloseable {
  private static final int READ_BYTES = 128 * 1024;

  private final SocketChannel channel;

  private Client(SocketChannel channel) {
    this.channel = channel;
  }

  static Client connect(InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.connect(address);
      return new Client(channel);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  /** What a reply can be read into; may be shared by connections of one thread. */
  static ByteBuffer readBuffer() {
    return ByteBuffer.allocateDirect(READ_BYTES);
  }

  /** Sends a request from its first byte to its last. */
  void send(ByteBuffer request) throws IOException {
    request.rewind();
    while (request.hasRemaining()) {
      channel.write(request);
    }
  }

  /** Receives exactly one reply, whose bytes do not matter. */
  void receive(int replyBytes, ByteBuffer buffer) throws IOException {
    for (int left = replyBytes; left > 0; ) {
      int read = channel.read(buffer.clear().limit(Math.min(left, buffer.capacity())));
      if (read < 0) {
        throw new EOFException(left + " bytes of a reply are missing");
      }
      left -= read;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
