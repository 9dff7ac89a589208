package io.lb4j.testing;

import io.lb4j.MemberSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A port at which no connection comes about. It is held, so that nobody else gets it. */
public final class Nowhere implements AutoCloseable {
  private static final long ANSWER_MILLIS = 100;
  private static final int MOST_FILLERS = 64;

  private final InetSocketAddress address;
  private final List<NetworkChannel> held = new ArrayList<>();

  private Nowhere(NetworkChannel holder) throws IOException {
    held.add(holder);
    address = (InetSocketAddress) holder.getLocalAddress();
  }

  /** A port at which nobody listens: connecting is refused. */
  public static Nowhere refusing() throws IOException {
    // Bound but not listening.
    return new Nowhere(SocketChannel.open().bind(Loopback.anyPort()));
  }

  /** A port that does not answer: a listener that never accepts, its backlog full. */
  public static Nowhere silent() throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open().bind(Loopback.anyPort(), 1);
    Nowhere nowhere = new Nowhere(listener);
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < MOST_FILLERS; i++) {
        if (!nowhere.fillerConnects(selector)) {
          return nowhere;
        }
      }
    }
    nowhere.close();
    throw new IOException("a full backlog does not keep connections away on this system");
  }

  private boolean fillerConnects(Selector selector) throws IOException {
    SocketChannel filler = SocketChannel.open();
    held.add(filler);
    filler.configureBlocking(false);
    if (filler.connect(address)) {
      return true;
    }
    SelectionKey key = filler.register(selector, SelectionKey.OP_CONNECT);
    int answered = selector.select(ANSWER_MILLIS);
    key.cancel();
    selector.selectNow();
    return answered > 0;
  }

  /** Where nothing is. */
  public InetSocketAddress address() {
    return address;
  }

  /** What a pool is told of it. */
  public MemberSpec spec() {
    return MemberSpec.of("127.0.0.1", address.getPort());
  }

  @Override
  public void close() throws IOException {
    for (NetworkChannel channel : held) {
      channel.close();
    }
  }
}
