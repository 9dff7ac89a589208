package io.lb4j;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A key from the addresses of a flow. */
final class AddressSource extends KeySource {
  private final boolean ofClient;
  private final int ipv4Prefix;
  private final int ipv6Prefix;

  AddressSource(boolean ofClient, int ipv4Prefix, int ipv6Prefix) {
    this.ofClient = ofClient;
    this.ipv4Prefix = ipv4Prefix;
    this.ipv6Prefix = ipv6Prefix;
  }

  boolean isOfClient() {
    return ofClient;
  }

  AddressSource ipv4Prefix(int bits) {
    return new AddressSource(ofClient, bits, ipv6Prefix);
  }

  AddressSource ipv6Prefix(int bits) {
    return new AddressSource(ofClient, ipv4Prefix, bits);
  }

  @Override
  List<InspectedSource> inspected() {
    return List.of();
  }

  @Override
  Optional<FlowKey> keyOf(Flow flow) {
    return addressOf(flow) instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? Optional.of(AddressKey.of(inet.getAddress(), ipv4Prefix, ipv6Prefix))
        : Optional.empty();
  }

  @Override
  boolean isIn(Flow flow) {
    return addressOf(flow) instanceof InetSocketAddress inet && !inet.isUnresolved();
  }

  @Override
  long hashIn(Flow flow, KeyHash hash) {
    InetAddress address = ((InetSocketAddress) addressOf(flow)).getAddress();
    return hash == KeyHash.xxHash64()
        ? AddressKey.xxHash64(address, ipv4Prefix, ipv6Prefix)
        : hash.hash(AddressKey.of(address, ipv4Prefix, ipv6Prefix).octets());
  }

  private SocketAddress addressOf(Flow flow) {
    return ofClient ? flow.client() : flow.destination();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressSource source
        && ofClient == source.ofClient
        && ipv4Prefix == source.ipv4Prefix
        && ipv6Prefix == source.ipv6Prefix;
  }

  @Override
  public int hashCode() {
    return Objects.hash(ofClient, ipv4Prefix, ipv6Prefix);
  }

  @Override
  public String toString() {
    String which = ofClient ? "source address" : "destination address";
    boolean whole = ipv4Prefix == 32 && ipv6Prefix == 128;
    return whole ? which : which + " /" + ipv4Prefix + " or /" + ipv6Prefix;
  }
}
