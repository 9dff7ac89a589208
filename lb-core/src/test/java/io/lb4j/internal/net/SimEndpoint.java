package io.lb4j.internal.net;

import java.net.InetSocketAddress;

/** What a {@link SimNetwork} brings datagrams to. Everything in it is guarded by the network. */
abstract class SimEndpoint {
  final SimNetwork network;
  InetSocketAddress address; // ours, with the real port
  int underWay; // of those that it has sent
  boolean closed;

  SimEndpoint(SimNetwork network) {
    this.network = network;
  }

  abstract void arrive(SimDatagram datagram);

  /** Nobody was where it sent a datagram to. */
  abstract void unreachable();
}
