package io.lb4j.internal.wire;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a PROXY header says. Immutable.
 *
 * @param local whether the peer speaks for itself, as it does to probe: then there is nothing else
 * @param source the client's address; empty if it is not told, then the connection's own holds
 * @param destination the address that the client came to; empty if it is not told
 * @param tlvs what else is told, in the order of the header, several of one type too; without
 *     checksum and padding
 */
public record ProxyHeader(
    boolean local,
    Optional<SocketAddress> source,
    Optional<SocketAddress> destination,
    List<ProxyTlv> tlvs) {

  static final ProxyHeader LOCAL = new ProxyHeader(true);
  static final ProxyHeader UNKNOWN = new ProxyHeader(false);

  private ProxyHeader(boolean local) {
    this(local, Optional.empty(), Optional.empty(), List.of());
  }

  /** Holds its own copy of the list. */
  public ProxyHeader {
    tlvs = List.copyOf(tlvs);
  }

  /** The value of the first of that type; of several, the first counts. */
  public Optional<byte[]> tlv(int type) {
    return tlvs.stream().filter(tlv -> tlv.type() == type).findFirst().map(ProxyTlv::value);
  }
}
