package io.lb4j.testing;

import io.lb4j.MemberSpec;
import io.lb4j.ServiceAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that treats each of its connections as its behaviour says, and keeps them all. */
public final class ScriptedMember implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final SocketAddress address;
  private final Behaviour behaviour;
  private final List<Peer> accepted = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private ScriptedMember(ServerSocketChannel listener, Behaviour behaviour) throws IOException {
    this.listener = listener;
    this.address = listener.getLocalAddress();
    this.behaviour = behaviour;
    start("member-accepts", this::acceptAll);
  }

  /** On a free port of 127.0.0.1. */
  public static ScriptedMember with(Behaviour behaviour) throws IOException {
    return at(Loopback.anyPort(), behaviour);
  }

  /** On a free port of 127.0.0.1, with small socket buffers. */
  public static ScriptedMember with(Behaviour behaviour, int bufferBytes) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
    listener.bind(Loopback.anyPort(), 1024);
    return new ScriptedMember(listener, behaviour);
  }

  /** At an address, which may be a UNIX-domain path. */
  public static ScriptedMember at(SocketAddress address, Behaviour behaviour) throws IOException {
    ServerSocketChannel listener =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    listener.bind(address, 1024);
    return new ScriptedMember(listener, behaviour);
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        try {
          Peer peer = new Peer(channel);
          accepted.add(peer);
          if (closed) {
            peer.reset(); // too late for close() to see it
          } else {
            start("member-plays", () -> play(peer));
          }
        } catch (IOException goneAlready) {
          channel.close();
        }
      }
    } catch (IOException listenerIsClosed) {
      return;
    }
  }

  private void play(Peer peer) {
    try {
      behaviour.play(peer);
    } catch (IOException failedWrite) {
      peer.readToEnd(); // which tells what it was
    }
  }

  /** Where it listens. */
  public SocketAddress address() {
    return address;
  }

  /** What a pool is told of it. */
  public MemberSpec spec() {
    if (address instanceof UnixDomainSocketAddress unix) {
      return MemberSpec.of(ServiceAddress.unix(unix.getPath()));
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    return MemberSpec.of(inet.getAddress().getHostAddress(), inet.getPort());
  }

  /** Its ends of the connections that it accepted, in order. */
  public List<Peer> accepted() {
    return accepted;
  }

  /** Waits for its first connection. */
  public Peer awaitFirst() {
    return await(1).get(0);
  }

  /** Waits until it has accepted so many; returns all that there are then. */
  public List<Peer> await(int connections) {
    Await.until(
        () -> connections + " connections at " + this,
        Await.LIMIT,
        () -> accepted.size() >= connections);
    return List.copyOf(accepted);
  }

  /** Stops listening; its connections stay. */
  public void stopListening() throws IOException {
    listener.close();
  }

  /** Stops listening and resets every connection. */
  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    for (Peer peer : accepted) {
      peer.reset();
    }
  }

  @Override
  public String toString() {
    return "member " + address + " with " + accepted.size() + " connections";
  }
}
