package io.lb4j.examples.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A server to put behind a load balancer: a thread for each client, at most 1000 of them. */
public final class LittleServer implements RunningServer {
  private static final int MAX_CLIENTS = 1000;

  /** What is done with one client. */
  @FunctionalInterface
  public interface Service {
    /** Serves a client, which is disconnected when this returns or throws. */
    void serve(Socket client) throws IOException;
  }

  private final Service service;
  private final ServerSocket listening;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0, // one more thread accepts
          MAX_CLIENTS + 1,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          LittleServer::daemon);
  private final CompletableFuture<Void> accepting;

  private LittleServer(Service service, ServerSocket listening) {
    this.service = service;
    this.listening = listening;
    this.accepting = CompletableFuture.runAsync(this::acceptAll, threads);
  }

  /** Starts a server; port 0 asks for any free one. */
  public static LittleServer start(InetSocketAddress address, Service service) throws IOException {
    ServerSocket listening = new ServerSocket();
    try {
      listening.bind(address, MAX_CLIENTS);
    } catch (IOException failure) {
      listening.close();
      throw failure;
    }
    return new LittleServer(service, listening);
  }

  /** Sends back what it gets, on a loopback port that the system picks. */
  public static LittleServer echo() throws IOException {
    return start(anyLoopbackPort(), new EchoService());
  }

  /** Answers each client with a short HTTP reply, on a loopback port that the system picks. */
  public static LittleServer shortHttp(String text) throws IOException {
    return start(anyLoopbackPort(), new ShortHttpService(() -> text));
  }

  /** An address to listen on without getting in anyone's way. */
  public static InetSocketAddress anyLoopbackPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "little-server");
    thread.setDaemon(true);
    return thread;
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listening.accept();
        clients.add(client);
        try {
          threads.execute(() -> serve(client));
        } catch (RejectedExecutionException tooManyOrClosed) {
          disconnect(client);
        }
      }
    } catch (IOException closed) {
      // that is how it ends
    }
  }

  private void serve(Socket client) {
    try {
      service.serve(client);
    } catch (IOException gone) {
      // the client's loss
    } finally {
      disconnect(client);
    }
  }

  private void disconnect(Socket client) {
    clients.remove(client);
    try {
      client.close();
    } catch (IOException alreadyGone) {
      // all the same
    }
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** The real port. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Dies as a killed process would: it listens no more and every client is disconnected. */
  @Override
  public void close() throws IOException {
    listening.close();
    accepting.join(); // until then the system may still take a client
    threads.shutdownNow();
    clients.forEach(this::disconnect);
  }
}
