package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramOutcome;
import io.lb4j.internal.net.DatagramPort;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket for datagrams with one peer, of its own port in each probe. One receive for each time
 * that it is ready. A datagram for which the system has no room is lost like any other.
 */
final class DatagramLine extends Deadline implements Line, ReadyHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramLine.class);
  private static final int MOST_REPEATS = 2;

  private final EventLoop loop;
  private final SocketAddress target;
  private final Greeting greeting;
  private final long repeatNanos;
  private final Listener listener;
  private Optional<DatagramLink> link = Optional.empty();
  private byte[] last = {};
  private int repeats;
  private boolean closed;

  /**
   * A line that is not open yet.
   *
   * @param repeatNanos after how long the last datagram is sent again, twice; 0 for never
   */
  DatagramLine(
      EventLoop loop,
      SocketAddress target,
      Greeting greeting,
      long repeatNanos,
      Listener listener) {
    this.loop = loop;
    this.target = target;
    this.greeting = greeting;
    this.repeatNanos = repeatNanos;
    this.listener = listener;
  }

  @Override
  public void open() {
    if (!(target instanceof InetSocketAddress)) {
      fail(ProbeReport.failed("no datagrams to a UNIX-domain socket"));
      return;
    }
    try {
      loop.buffers().prepare();
      DatagramLink opened =
          loop.poller().openLink(new ConnectRequest(target, Optional.empty(), SocketSettings.NONE));
      link = Optional.of(opened);
      opened.watch(this);
    } catch (IOException failure) {
      fail(ProbeReport.ofConnect(failure));
      return;
    }
    listener.onOpen();
  }

  @Override
  public void send(byte[] bytes) {
    last = bytes;
    sendLast();
    if (repeatNanos > 0 && !closed) {
      repeats = 0;
      loop.arm(this, repeatNanos);
    }
  }

  @Override
  protected void onDue() {
    sendLast();
    repeats++;
    if (repeats < MOST_REPEATS && !closed) {
      loop.arm(this, repeatNanos);
    }
  }

  private void sendLast() {
    if (closed) {
      return;
    }
    ByteBuffer room = whole(loop.buffers().desk());
    if (greeting.length() + last.length > room.remaining()) {
      fail(tooLong());
      return;
    }
    greeting.writeTo(room);
    try {
      DatagramOutcome outcome = link.orElseThrow().send(room.put(last).flip());
      if (outcome == DatagramOutcome.TOO_LONG) {
        fail(tooLong());
      } else if (outcome == DatagramOutcome.REFUSED) {
        fail(ProbeReport.failed("not sent: no way there, or not allowed"));
      }
    } catch (IOException failure) {
      fail(reportOf(failure));
    }
  }

  private ProbeReport tooLong() {
    int bytes = greeting.length() + last.length;
    return ProbeReport.skipped("a datagram of " + bytes + " bytes is too long to send");
  }

  @Override
  public void onReady(boolean readable, boolean writable) {
    if (closed) {
      return;
    }
    ByteBuffer desk = whole(loop.buffers().desk());
    int count;
    try {
      count = link.orElseThrow().receive(desk);
    } catch (IOException failure) {
      fail(reportOf(failure));
      return;
    }
    if (count != DatagramLink.NOTHING) { // off the desk, as the listener may send meanwhile
      listener.onBytes(ByteBuffer.allocate(count).put(desk.flip()).flip());
    }
  }

  /** The desk is larger than a datagram, also when reads are to be small. */
  private static ByteBuffer whole(ByteBuffer desk) {
    return desk.limit(DatagramPort.MOST_BYTES);
  }

  private static ProbeReport reportOf(IOException failure) {
    if (failure instanceof PortUnreachableException) {
      return ProbeReport.failed("port unreachable");
    }
    return ProbeReport.ofConnect(failure);
  }

  private void fail(ProbeReport report) {
    close();
    listener.onFailed(report);
  }

  @Override
  public void close() {
    closed = true;
    loop.cancel(this);
    link.ifPresent(DatagramLink::close);
  }

  @Override
  public ProbeReport onTimeout() {
    return ProbeReport.failed("timed out");
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    fail(ProbeReport.skipped("internal error"));
    LastWords.say(LOG, "a probe ended by a failure of lb4j", failure);
  }
}
