package io.lb4j.internal.net;

import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * A network of datagrams without sockets, for any number of {@link SimTransport}s and of clients
 * and members that the test plays. A seeded random number decides what is lost, doubled and
 * overtaken. Every address belongs to it.
 *
 * <p>Datagrams go one hop per {@link #deliver}, which every poll of a poller begins with: what is
 * sent within a turn arrives in the next one, or one later if it is overtaken. Whoever sends to an
 * address where nobody is gets to know, as ICMP would tell. Any thread may call it; to play the
 * same again, use one thread.
 */
public final class SimNetwork {
  private static final int FIRST_PORT = 1024;
  private static final int BENCHMARKS_IPV4 = 198 << 24 | 18 << 16; // 198.18.0.0/15
  private static final long BENCHMARKS_IPV6 = 0x2001_0002L << 32; // 2001:2::/48
  private static final int LONGEST_IPV4 = 65_507;

  private final Random random;
  private final Map<InetSocketAddress, List<SimEndpoint>> bound = new HashMap<>();
  private final Map<Ends, SimEndpoint> links = new HashMap<>();
  private final ArrayDeque<SimDatagram> underWay = new ArrayDeque<>();
  private final ArrayDeque<SimDatagram> late = new ArrayDeque<>(); // to be overtaken by a turn's
  private double loss;
  private double duplication;
  private double reordering;
  private int longest = DatagramPort.MOST_BYTES;
  private int ports = 60_000;
  private int sendQueue = 1024;
  private int receiveQueue = 1024;
  private int given; // addresses and ports that were given to whoever asked for any
  private long lostCount;
  private long overflowCount;

  /** Both addresses of a link. */
  private record Ends(InetSocketAddress local, InetSocketAddress remote) {}

  /** Makes a network that loses, doubles and reorders nothing. */
  public SimNetwork(long seed) {
    random = new Random(seed);
  }

  // ---- how it is

  /** With what probability a datagram is lost; 0 at first. */
  public synchronized SimNetwork losing(double probability) {
    loss = probability;
    return this;
  }

  /** With what probability a datagram arrives twice; 0 at first. */
  public synchronized SimNetwork doubling(double probability) {
    duplication = probability;
    return this;
  }

  /** With what probability a datagram is overtaken by those of the next turn; 0 at first. */
  public synchronized SimNetwork reordering(double probability) {
    reordering = probability;
    return this;
  }

  /** How many bytes a datagram may have, beyond which it is too long; at first what IP allows. */
  public synchronized SimNetwork longest(int bytes) {
    longest = bytes;
    return this;
  }

  /** How many datagrams of one sender may be under way, 1024 at first; a further has no room. */
  public synchronized SimNetwork sendQueue(int datagrams) {
    sendQueue = datagrams;
    return this;
  }

  /** How many ports there are for whoever asks for any, of each address; 60000 at first. */
  public synchronized SimNetwork ports(int count) {
    ports = count;
    return this;
  }

  /** How many datagrams may wait to be received, 1024 at first; a further is dropped silently. */
  public synchronized SimNetwork receiveQueue(int datagrams) {
    receiveQueue = datagrams;
    return this;
  }

  /** How many datagrams were lost on the way. */
  public synchronized long lostCount() {
    return lostCount;
  }

  /** How many datagrams were dropped as too many waited to be received. */
  public synchronized long overflowCount() {
    return overflowCount;
  }

  /** How many datagrams are under way. */
  public synchronized int underWay() {
    return underWay.size() + late.size();
  }

  /** How many links are open. */
  public synchronized int links() {
    return links.size();
  }

  // ---- who is there

  /** A client that sends and collects what comes. */
  public SimPeer client(InetSocketAddress address) {
    return join(new SimPeer(this, address, true, request -> List.of()));
  }

  /**
   * A member that answers each datagram.
   *
   * @param answers makes any number of answers to a datagram
   */
  public SimPeer member(InetSocketAddress address, Function<ByteBuffer, List<byte[]>> answers) {
    return join(new SimPeer(this, address, false, answers));
  }

  private synchronized SimPeer join(SimPeer peer) {
    if (bound.putIfAbsent(peer.address, new ArrayList<>(List.of(peer))) != null) {
      throw new IllegalArgumentException(peer.address + " is in use");
    }
    return peer;
  }

  /** Binds a port, which learns its address. */
  synchronized void bind(SimPort port, DatagramPortRequest request) throws BindException {
    InetSocketAddress address = request.address();
    if (address.getPort() == 0) {
      do {
        address = new InetSocketAddress(address.getAddress(), FIRST_PORT + given++ % ports);
      } while (bound.containsKey(address));
    }
    List<SimEndpoint> there = bound.computeIfAbsent(address, key -> new ArrayList<>(1));
    if (!there.isEmpty() && !mayShare(there.get(0), request)) {
      throw new BindException("Address already in use");
    }
    there.add(port);
    port.address = address;
  }

  private static boolean mayShare(SimEndpoint first, DatagramPortRequest request) {
    return request.further() && first instanceof SimPort port && port.shared;
  }

  /** Connects a link, which learns its own address. */
  synchronized void connect(SimLink link, Optional<InetSocketAddress> source) throws BindException {
    boolean ipv4 = link.peer.getAddress() instanceof Inet4Address;
    for (int attempt = 0; attempt < ports; attempt++) {
      InetSocketAddress local = source.isPresent() ? anyPort(source.get()) : anyAddress(ipv4);
      if (links.putIfAbsent(new Ends(local, link.peer), link) == null) {
        link.address = local;
        return;
      }
    }
    throw new BindException("no free port");
  }

  private InetSocketAddress anyPort(InetSocketAddress source) {
    return source.getPort() == 0
        ? new InetSocketAddress(source.getAddress(), FIRST_PORT + given++ % ports)
        : source;
  }

  /** Of the addresses for benchmarks (RFC 2544, RFC 5180), as many as it takes. */
  private InetSocketAddress anyAddress(boolean ipv4) {
    int host = 1 + given / ports;
    ByteBuffer octets =
        ipv4
            ? ByteBuffer.allocate(Integer.BYTES).putInt(BENCHMARKS_IPV4 + host)
            : ByteBuffer.allocate(2 * Long.BYTES).putLong(BENCHMARKS_IPV6).putLong(host);
    return new InetSocketAddress(address(octets.array()), FIRST_PORT + given++ % ports);
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  synchronized void leave(SimEndpoint endpoint) {
    endpoint.closed = true;
    if (endpoint instanceof SimLink link) {
      links.remove(new Ends(link.address, link.peer), link);
      return;
    }
    List<SimEndpoint> there = bound.get(endpoint.address);
    if (there != null && there.remove(endpoint) && there.isEmpty()) {
      bound.remove(endpoint.address);
    }
  }

  // ---- what is sent

  /** Sends a datagram on its way. */
  synchronized DatagramOutcome send(
      SimEndpoint sender, InetSocketAddress source, InetSocketAddress target, byte[] payload) {
    boolean ipv4 = target.getAddress() instanceof Inet4Address;
    if (payload.length > longest || (ipv4 && payload.length > LONGEST_IPV4)) {
      return DatagramOutcome.TOO_LONG;
    }
    if (sender.underWay >= sendQueue) {
      return DatagramOutcome.NO_ROOM;
    }
    if (happens(loss)) {
      lostCount++;
      return DatagramOutcome.SENT;
    }
    for (int copies = happens(duplication) ? 2 : 1; copies > 0; copies--) {
      sender.underWay++;
      underWay.add(new SimDatagram(sender, source, target, payload));
    }
    return DatagramOutcome.SENT;
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Brings what is under way now to where it goes; answers to it are left for the next time. */
  public synchronized void deliver() {
    int lateBefore = late.size();
    for (int left = underWay.size(); left > 0; left--) {
      SimDatagram next = underWay.remove();
      if (happens(reordering)) {
        late.add(next);
      } else {
        arrive(next);
      }
    }
    for (int left = lateBefore; left > 0; left--) {
      arrive(late.remove());
    }
  }

  private void arrive(SimDatagram datagram) {
    datagram.sender.underWay--;
    SimEndpoint link = links.get(new Ends(datagram.target, datagram.source));
    SimEndpoint endpoint = link == null ? boundAt(datagram) : link;
    if (endpoint != null) {
      endpoint.arrive(datagram);
    } else if (!datagram.sender.closed) {
      datagram.sender.unreachable();
    }
  }

  private SimEndpoint boundAt(SimDatagram datagram) {
    InetSocketAddress target = datagram.target;
    List<SimEndpoint> there = bound.get(target);
    if (there == null && target.getAddress() instanceof Inet4Address) {
      there = bound.get(wildcard(Integer.BYTES, target.getPort()));
    }
    if (there == null) {
      there = bound.get(wildcard(2 * Long.BYTES, target.getPort()));
    }
    return there == null
        ? null
        : there.get(Math.floorMod(datagram.source.hashCode(), there.size()));
  }

  private static InetSocketAddress wildcard(int bytes, int port) {
    return new InetSocketAddress(address(new byte[bytes]), port);
  }

  /** Whether one more may wait behind so many; counts it if not. */
  boolean mayWait(int waiting) {
    if (waiting >= receiveQueue) {
      overflowCount++;
      return false;
    }
    return true;
  }
}
