package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The servers behind the proxies, on a port for each of two members: one thread, one workload. */
final class LoadServer implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int MEMBERS = 2;

  private final Selector selector = Selector.open();
  private final List<Integer> ports = new ArrayList<>();
  private final Service service;
  private final DatagramService datagrams;
  private final Thread thread = new Thread(this::run, "load-server");
  private volatile boolean closing;

  private LoadServer(Workload workload) throws IOException {
    service = Service.of(workload);
    datagrams = new DatagramService(workload);
  }

  /** Starts at free ports of the loopback interface. */
  static LoadServer start(Workload workload) throws IOException {
    LoadServer server = new LoadServer(workload);
    for (int i = 0; i < MEMBERS; i++) {
      if (workload.isUdp()) {
        server.bind();
      } else {
        server.listen();
      }
    }
    server.thread.start();
    return server;
  }

  private void listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    channel.register(selector, SelectionKey.OP_ACCEPT);
    ports.add(channel.socket().getLocalPort());
  }

  private void bind() throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.register(selector, SelectionKey.OP_READ);
    ports.add(channel.socket().getLocalPort());
  }

  /**
   * Prints the ports and serves until standard input ends, which it does with the process that
   * started this one.
   *
   * @param args the workload's constant
   * @throws IOException when it cannot listen
   */
  public static void main(String[] args) throws IOException {
    try (LoadServer server = start(Workload.valueOf(args[0]))) {
      System.out.println(
          server.ports().stream().map(String::valueOf).collect(Collectors.joining(" ")));
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  List<Integer> ports() {
    return ports;
  }

  private void run() {
    try {
      try {
        while (!closing) {
          selector.select(this::onReady);
        }
      } finally {
        closeAll();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void closeAll() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private void onReady(SelectionKey key) {
    if (key.channel() instanceof SocketChannel channel) {
      serve(channel);
    } else if (key.channel() instanceof DatagramChannel channel) {
      serve(channel);
    } else {
      accept((ServerSocketChannel) key.channel());
    }
  }

  private void serve(DatagramChannel channel) {
    try {
      datagrams.serve(channel);
    } catch (IOException gone) {
      // A client that is not there any more; its datagram is lost.
    }
  }

  /** Tells whether the connection goes on. */
  private boolean serve(SocketChannel channel) {
    boolean goesOn;
    try {
      goesOn = service.serve(channel);
    } catch (IOException reset) {
      goesOn = false;
    }
    if (!goesOn) {
      closeQuietly(channel);
    }
    return goesOn;
  }

  /**
   * Accepts all that wait. The first request has mostly come already; a short flow that is served
   * at once need not be made known to the selector, which would cost more than all else.
   */
  private void accept(ServerSocketChannel listening) {
    try {
      for (SocketChannel it = listening.accept(); it != null; it = listening.accept()) {
        it.configureBlocking(false);
        if (serve(it)) {
          it.setOption(StandardSocketOptions.TCP_NODELAY, true);
          it.register(selector, service.interest());
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException closedAnyway) {
      // Nothing else to do for it.
    }
  }

  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
