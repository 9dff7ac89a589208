package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.StreamSocket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Connections, perhaps with TLS. */
public final class StreamLines extends Lines {
  private final EventLoop loop;
  private final Executor threads;
  private final Optional<TlsSettings> tls;
  private final Greeting greeting;

  /**
   * Connections of a kind.
   *
   * @param threads for what TLS has to do that takes long
   * @param greeting comes before everything else, TLS too
   */
  public StreamLines(
      EventLoop loop, Executor threads, Optional<TlsSettings> tls, Greeting greeting) {
    this.loop = loop;
    this.threads = threads;
    this.tls = tls;
    this.greeting = greeting;
  }

  @Override
  Line to(SocketAddress target, long timeoutNanos, Line.Listener listener) {
    return new ConnectedLine(loop, this, target, timeoutNanos, listener);
  }

  Greeting greeting() {
    return greeting;
  }

  /** What speaks over a connected socket. */
  Line over(StreamSocket socket, Line.Listener listener) throws TlsUnusableException {
    if (tls.isEmpty()) {
      return new PlainLine(loop, socket, listener);
    }
    return new TlsLine(loop, threads, socket, tls.get().newEngine(), listener);
  }
}
