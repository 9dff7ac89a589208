package io.lb4j.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client of a virtual server. */
public final class TestClient extends Peer {
  private TestClient(SocketChannel channel) throws IOException {
    super(channel);
  }

  /** Connects. */
  public static TestClient to(SocketAddress address) throws IOException {
    return connect(SocketChannel.open(), address);
  }

  /** Connects with small socket buffers. */
  public static TestClient to(SocketAddress address, int bufferBytes) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
    return connect(channel, address);
  }

  /** Connects from an address of its own. */
  public static TestClient from(InetSocketAddress source, SocketAddress address)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(source);
    return connect(channel, address);
  }

  private static TestClient connect(SocketChannel tcp, SocketAddress address) throws IOException {
    SocketChannel channel = tcp;
    if (address instanceof UnixDomainSocketAddress) {
      tcp.close();
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    }
    try {
      channel.connect(address);
      return new TestClient(channel);
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  /** Sends a text and reads as many bytes as an echo of it has, or fewer if the stream ends. */
  public String ask(String text) throws IOException {
    send(text);
    int expected = text.getBytes(StandardCharsets.UTF_8).length;
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    while (answer.size() < expected && ending() == Ending.OPEN) {
      take(expected - answer.size()).ifPresent(answer::writeBytes);
    }
    return answer.toString(StandardCharsets.UTF_8);
  }
}
