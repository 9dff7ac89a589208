package io.lb4j.internal.net;

import java.net.InetSocketAddress;

/** A datagram that is under way in a {@link SimNetwork}. */
final class SimDatagram {
  final SimEndpoint sender;
  final InetSocketAddress source;
  final InetSocketAddress target;
  final byte[] payload;

  SimDatagram(
      SimEndpoint sender, InetSocketAddress source, InetSocketAddress target, byte[] payload) {
    this.sender = sender;
    this.source = source;
    this.target = target;
    this.payload = payload;
  }
}
