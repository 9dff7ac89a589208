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

/** A line that connects first. */
final class ConnectedLine implements Line, Connecting.Outcome {
  private final EventLoop loop;
  private final StreamLines lines;
  private final SocketAddress target;
  private final long timeoutNanos;
  private final Listener listener;
  private Optional<Connecting> connecting = Optional.empty();
  private Optional<Line> line = Optional.empty();

  ConnectedLine(
      EventLoop loop,
      StreamLines lines,
      SocketAddress target,
      long timeoutNanos,
      Listener listener) {
    this.loop = loop;
    this.lines = lines;
    this.target = target;
    this.timeoutNanos = timeoutNanos;
    this.listener = listener;
  }

  @Override
  public void open() {
    ConnectRequest request = new ConnectRequest(target, Optional.empty(), SocketSettings.NONE);
    connecting = Connecting.begin(loop, request, timeoutNanos, this);
  }

  @Override
  public void onConnected(StreamSocket socket) {
    boolean opened = false;
    try {
      lines.greeting().send(loop, socket);
      Line made = lines.over(socket, listener);
      line = Optional.of(made);
      made.open();
      opened = true;
    } catch (TlsUnusableException noEngine) {
      listener.onFailed(ProbeReport.skipped(noEngine.getMessage()));
    } catch (IOException gone) {
      listener.onFailed(ProbeReport.failed(ConnectFailures.describe(gone)));
    } finally {
      if (!opened) {
        socket.close();
      }
    }
  }

  @Override
  public void onConnectFailed(IOException failure) {
    listener.onFailed(ProbeReport.ofConnect(failure));
  }

  @Override
  public void send(byte[] bytes) {
    line.ifPresent(open -> open.send(bytes));
  }

  @Override
  public void close() {
    connecting.ifPresent(Connecting::abort);
    line.ifPresent(Line::close);
  }

  @Override
  public ProbeReport onTimeout() {
    return line.map(Line::onTimeout).orElse(ProbeReport.failed("connect timed out"));
  }
}
