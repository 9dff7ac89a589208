package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A transport without sockets: a seeded random number decides how much a read or a write takes, and
 * in which order ready sockets are handled. Waiting takes no time; the test moves the clock.
 * Streams are opened by the test; datagrams go through a {@link SimNetwork}.
 */
public final class SimTransport implements Transport {
  private final Random random;
  private final SimNetwork network;
  private SimPoller poller;

  SimTransport(Random random) {
    this(random, new SimNetwork(1));
  }

  /** Makes a transport whose datagrams go through a network that others may use as well. */
  public SimTransport(Random random, SimNetwork network) {
    this.random = random;
    this.network = network;
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
  public boolean spreadsDatagrams() {
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
    final List<SimDatagramSocket> datagramsReady = new ArrayList<>(); // guarded by the network
    final Set<SimDatagramSocket> datagramSockets = new HashSet<>(); // likewise
    private final WriteBatch writes = new SimBatch(random);
    private ByteBuffer incoming;
    private ByteBuffer outgoing;
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
      network.deliver();
      awake.run();
      int ready = tellDatagrams();
      if (sockets.isEmpty()) {
        return ready;
      }
      List<SimSocket> order = new ArrayList<>(sockets);
      Collections.shuffle(order, random);
      for (SimSocket socket : order) {
        ready += socket.dispatch() ? 1 : 0;
      }
      sockets.removeIf(SimSocket::isClosed);
      return ready;
    }

    /** Idle sockets cost nothing, however many they are. */
    private int tellDatagrams() {
      List<SimDatagramSocket> order = readyInAnyOrder();
      int told = 0;
      for (SimDatagramSocket socket : order) {
        if (ready(socket)) {
          told++;
          socket.tell();
          socket.queueIfReady();
        }
      }
      return told;
    }

    private List<SimDatagramSocket> readyInAnyOrder() {
      synchronized (network) {
        if (datagramsReady.isEmpty()) {
          return List.of();
        }
        List<SimDatagramSocket> order = new ArrayList<>(datagramsReady);
        datagramsReady.clear();
        Collections.shuffle(order, random);
        return order;
      }
    }

    private boolean ready(SimDatagramSocket socket) {
      synchronized (network) {
        socket.queued = false;
        return !socket.closed && socket.isReady();
      }
    }

    SimNetwork network() {
      return network;
    }

    ByteBuffer incoming() {
      if (incoming == null) {
        incoming = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES);
      }
      return incoming.clear();
    }

    ByteBuffer outgoing() {
      if (outgoing == null) {
        outgoing = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES + 1);
      }
      return outgoing.clear();
    }

    @Override
    public WriteBatch writes() {
      return writes;
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
    public DatagramPort openPort(DatagramPortRequest request, DatagramHandler handler)
        throws IOException {
      return keep(new SimPort(this, request, handler));
    }

    @Override
    public DatagramLink openLink(ConnectRequest request) throws IOException {
      return keep(new SimLink(this, request));
    }

    private <T extends SimDatagramSocket> T keep(T socket) {
      synchronized (network) {
        datagramSockets.add(socket);
        return socket;
      }
    }

    @Override
    public void close() {
      sockets.forEach(SimSocket::close);
      synchronized (network) {
        List.copyOf(datagramSockets).forEach(SimDatagramSocket::leave);
      }
    }
  }
}
