package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.StreamSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Connects and hangs up. */
public final class TcpProber implements Prober {
  private static final SocketSettings SETTINGS = SocketSettings.NONE;

  private final EventLoop loop;
  private final Supplier<SocketAddress> target;
  private final Greeting greeting;
  private Optional<Connecting> present = Optional.empty();

  /** Probes what the supplier says at the time of each probe, with a greeting for it. */
  public TcpProber(EventLoop loop, Supplier<SocketAddress> target, Greeting greeting) {
    this.loop = loop;
    this.target = target;
    this.greeting = greeting;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    ConnectRequest request = new ConnectRequest(target.get(), Optional.empty(), SETTINGS);
    Connecting.Outcome outcome =
        new Connecting.Outcome() {
          @Override
          public void onConnected(StreamSocket socket) {
            ProbeReport found = greet(socket);
            socket.close(); // in order: a reset would frighten simple servers
            report.accept(found);
          }

          @Override
          public void onConnectFailed(IOException failure) {
            report.accept(reportOf(failure));
          }
        };
    present = Connecting.begin(loop, request, timeoutNanos, outcome);
  }

  private ProbeReport greet(StreamSocket socket) {
    try {
      greeting.send(loop, socket);
      return ProbeReport.PASSED;
    } catch (IOException failure) {
      return reportOf(failure);
    }
  }

  private static ProbeReport reportOf(IOException failure) {
    String detail = ConnectFailures.describe(failure);
    boolean ours = ConnectFailures.kindOf(failure) == ConnectFailures.Kind.LOCAL;
    return ours ? ProbeReport.skipped(detail) : ProbeReport.failed(detail);
  }

  @Override
  public void abort() {
    present.ifPresent(Connecting::abort);
  }
}
