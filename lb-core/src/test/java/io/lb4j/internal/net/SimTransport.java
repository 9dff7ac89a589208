package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A transport without sockets: a seeded random number decides how much a read or a write takes, and
 * in which order ready sockets are handled. Waiting takes no time; the test moves the clock.
 */
final class SimTransport implements Transport {
  private final Random random;
  private SimPoller poller;

  SimTransport(Random random) {
    this.random = random;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Poller openPoller() {
    poller = new SimPoller();
    return poller;
  }

  @Override
  public boolean tellsLocalAddress() {
    return true;
  }

  @Override
  public void check(SocketSettings settings, SocketAddress address) {}

  SimPoller poller() {
    return poller;
  }

  /** Lets the handlers of whatever is ready run. */
  final class SimPoller implements Poller {
    private final List<SimSocket> sockets = new ArrayList<>();
    int polls;
    int rebuilds;

    SimSocket open() {
      SimSocket socket = new SimSocket(random);
      sockets.add(socket);
      return socket;
    }

    @Override
    public int poll(long timeoutNanos, Runnable awake) {
      polls++;
      awake.run();
      List<SimSocket> order = new ArrayList<>(sockets);
      Collections.shuffle(order, random);
      int ready = 0;
      for (SimSocket socket : order) {
        ready += socket.dispatch() ? 1 : 0;
      }
      sockets.removeIf(SimSocket::isClosed);
      return ready;
    }

    @Override
    public void wakeup() {}

    @Override
    public void rebuild() {
      rebuilds++;
    }

    @Override
    public ListenSocket listen(ListenRequest request, AcceptHandler handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public StreamSocket connect(ConnectRequest request) throws IOException {
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
      sockets.forEach(SimSocket::close);
    }
  }
}
