package io.lb4j.examples.cli;

import io.lb4j.Pool;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries flows of its own over loopback before the first client comes, so that the JVM has
 * compiled the way of a flow by then and has the memory that this takes: the first clients are as
 * fast as later ones. Each client goes through a short flow, an echo of many small messages and a
 * little bulk, again and again.
 */
final class WarmUp {
  private static final int CLIENTS = 8;
  private static final int SMALL = 64;
  private static final int ROUND_TRIPS = 10;
  private static final int BULK = 1 << 20;
  private static final int FLOWS_PER_BULK = 100;
  private static final int PATIENCE_MILLIS = 2000;

  private final long endNanos;
  private final InetSocketAddress edge;

  private WarmUp(long endNanos, InetSocketAddress edge) {
    this.endNanos = endNanos;
    this.edge = edge;
  }

  /** Does it for so long, on the transport; not at all if the time is zero. */
  static void run(Duration time, TransportKind transport) throws IOException {
    if (time.isZero()) {
      return;
    }
    try (LittleServer echo = LittleServer.echo();
        VirtualServer server =
            VirtualServer.builder("warm-up")
                .listen("127.0.0.1", 0)
                .pool(Pool.builder("warm-up").member("127.0.0.1", echo.port()).build())
                .transport(transport)
                .loops(1)
                .start()) {
      long end = System.nanoTime() + time.toNanos();
      WarmUp warmUp = new WarmUp(end, (InetSocketAddress) server.address());
      inParallel(warmUp::client);
    }
  }

  /** Has several clients do it at once, and waits for them. */
  static void inParallel(Runnable client) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread thread = new Thread(client, "warm-up-client-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  private void client() {
    try {
      for (int flows = 1; System.nanoTime() < endNanos; flows++) {
        flow(flows % FLOWS_PER_BULK == 0);
      }
    } catch (IOException failure) {
      // a warm-up that fails is a warm-up less: real clients will tell what is wrong
    }
  }

  private void flow(boolean bulk) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(edge, PATIENCE_MILLIS);
      for (int i = 0; i < ROUND_TRIPS; i++) {
        exchange(socket, SMALL);
      }
      if (bulk) {
        exchange(socket, BULK);
      }
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
  }

  private static void exchange(Socket socket, int size) throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    int step = Math.min(size, 1 << 17); // the echo must not wait for us while we wait for it
    for (int done = 0; done < size; done += step) {
      out.write(new byte[step]);
      in.readNBytes(step);
    }
  }
}
