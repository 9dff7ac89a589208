package io.lb4j.internal.net;

import java.net.SocketAddress;
import java.util.function.LongToIntFunction;

/** A poller without sockets whose waits end as a test says. */
class FakePoller implements Poller, Transport {
  LongToIntFunction wait = timeout -> 0;
  int rebuilds;
  int wakeups;
  boolean closed;
  FakeListenSocket listening;

  /** A listening socket that notes whether it accepts. */
  static final class FakeListenSocket implements ListenSocket {
    boolean accepting;
    boolean closed;

    @Override
    public SocketAddress address() {
      return new java.net.InetSocketAddress(1);
    }

    @Override
    public void accepting(boolean accepting) {
      this.accepting = accepting;
    }

    @Override
    public void acceptPending() {}

    @Override
    public void close() {
      closed = true;
    }
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Poller openPoller() {
    return this;
  }

  @Override
  public boolean tellsLocalAddress() {
    return true;
  }

  @Override
  public boolean spreadsDatagrams() {
    return true;
  }

  @Override
  public void check(SocketSettings settings, SocketAddress address) {}

  @Override
  public int poll(long timeoutNanos, Runnable awake) {
    int ready = wait.applyAsInt(timeoutNanos);
    awake.run();
    return ready;
  }

  @Override
  public void wakeup() {
    wakeups++;
  }

  @Override
  public void rebuild() {
    rebuilds++;
  }

  @Override
  public ListenSocket listen(ListenRequest request, AcceptHandler handler) {
    listening = new FakeListenSocket();
    return listening;
  }

  @Override
  public StreamSocket connect(ConnectRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public StreamSocket adopt(Accepted accepted, SocketSettings settings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DatagramPort openPort(DatagramPortRequest request, DatagramHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DatagramLink openLink(ConnectRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed = true;
  }
}
