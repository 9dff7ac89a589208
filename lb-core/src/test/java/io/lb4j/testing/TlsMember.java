package io.lb4j.testing;

import io.lb4j.MemberSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A server that speaks TLS: it reads a request up to its empty line, replies and closes. One client
 * at a time; what goes wrong with one is no concern of the next.
 */
public final class TlsMember implements AutoCloseable {
  private final SSLServerSocket listener;
  private final String reply;
  private final List<String> askedFor = new CopyOnWriteArrayList<>();

  private final AtomicInteger failures = new AtomicInteger();

  /** On a free port of 127.0.0.1. */
  public TlsMember(SSLContext context, String reply) throws IOException {
    this.reply = reply;
    listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
    listener.bind(Loopback.anyPort());
    Thread thread = new Thread(this::serveAll, "tls-member");
    thread.setDaemon(true);
    thread.start();
  }

  private void serveAll() {
    while (!listener.isClosed()) {
      try (SSLSocket client = (SSLSocket) listener.accept()) {
        client.setSoTimeout(10_000);
        serve(client);
      } catch (IOException clientOrListenerGone) {
        failures.incrementAndGet();
      }
    }
  }

  private void serve(SSLSocket client) throws IOException {
    client.startHandshake();
    for (SNIServerName name :
        ((ExtendedSSLSession) client.getSession()).getRequestedServerNames()) {
      askedFor.add(((SNIHostName) name).getAsciiName());
    }
    InputStream in = client.getInputStream();
    int ends = 0;
    while (ends < 2) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
    }
    client.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
  }

  /** The names that clients asked for (SNI). */
  public List<String> askedFor() {
    return List.copyOf(askedFor);
  }

  /** What a pool is told of it. */
  public MemberSpec spec() {
    return MemberSpec.of("127.0.0.1", listener.getLocalPort());
  }

  @Override
  public String toString() {
    return "TLS member " + listener + ", " + failures + " clients failed";
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
