package io.lb4j;

import io.lb4j.internal.util.Checks;
import io.lb4j.internal.wire.ProxyHeaderWriter;
import io.lb4j.internal.wire.ProxyTlv;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells members who the client is: each connection to a member begins with a header of the PROXY
 * protocol (HAProxy's {@code proxy-protocol.txt}) that names the client's address and the one that
 * it came to. Immutable: each setting returns a changed copy.
 *
 * <p>Members must expect the header, or they take it for what the client says. Probes of {@link
 * HealthMonitor#tcp}, {@code script} and {@code http} at the members' own port begin with one too,
 * which says that the connection is ours ({@code LOCAL}; in version 1 {@code UNKNOWN}); probes at
 * another port and those of agents, programs and your own do not.
 */
public final class ProxyProtocol {
  private static final int MAX_TLVS = 12; // so that they fit in what a header may have

  private final int version;
  private final boolean checksum;
  private final List<Tlv> tlvs;

  /** A value that is the same for all flows, or is taken from each. */
  private record Tlv(int type, Optional<ProxyTlv> fixed, Optional<KeySource> source) {
    Optional<ProxyTlv> of(Flow flow) {
      return fixed.isPresent()
          ? fixed
          : source.flatMap(flow::key).map(key -> new ProxyTlv(type, key.octets()));
    }
  }

  private ProxyProtocol(int version, boolean checksum, List<Tlv> tlvs) {
    this.version = version;
    this.checksum = checksum;
    this.tlvs = tlvs;
  }

  /** A line of text, for members that do not know version 2. */
  public static ProxyProtocol v1() {
    return new ProxyProtocol(1, false, List.of());
  }

  /** The binary header. */
  public static ProxyProtocol v2() {
    return new ProxyProtocol(2, false, List.of());
  }

  /**
   * The same with a checksum (CRC-32C).
   *
   * @throws IllegalStateException in version 1
   */
  public ProxyProtocol checksum() {
    needsVersion2("checksum");
    return new ProxyProtocol(2, true, tlvs);
  }

  /**
   * The same with a value for every flow.
   *
   * @param type 0..255 but for 3 and 4, which are checksum and padding
   * @param value up to 4096 octets
   * @throws IllegalStateException in version 1
   */
  public ProxyProtocol tlv(int type, byte[] value) {
    Checks.range("value octets", Checks.present("value", value).length, 0, FlowKey.MAX_OCTETS);
    return with(new Tlv(type(type), Optional.of(new ProxyTlv(type, value)), Optional.empty()));
  }

  /**
   * The same with the octets of a key that the flow is known by, such as {@code tlv(0x02,
   * KeySource.tlsServerName())}; left out for a flow that has none.
   *
   * @param type 0..255 but for 3 and 4, which are checksum and padding
   * @throws IllegalStateException in version 1
   */
  public ProxyProtocol tlv(int type, KeySource source) {
    Checks.present("source", source);
    return with(new Tlv(type(type), Optional.empty(), Optional.of(source)));
  }

  private static int type(int type) {
    if (type == ProxyTlv.CRC32C || type == ProxyTlv.NOOP) {
      throw Checks.bad("type", type, "neither checksum (3) nor padding (4)");
    }
    return Checks.range("type", type, 0, 255);
  }

  private ProxyProtocol with(Tlv added) {
    needsVersion2("tlv");
    Checks.range("tlvs", tlvs.size() + 1, 1, MAX_TLVS);
    List<Tlv> more = new ArrayList<>(tlvs);
    more.add(added);
    return new ProxyProtocol(version, checksum, List.copyOf(more));
  }

  private void needsVersion2(String setting) {
    Checks.state(version == 2, setting + ": version 1 has none; begin with v2()");
  }

  /** What is asked of flows. */
  List<KeySource> keySources() {
    return tlvs.stream().flatMap(tlv -> tlv.source().stream()).toList();
  }

  /** The header of a flow. */
  byte[] headerFor(Flow flow) {
    if (version == 1) {
      return ProxyHeaderWriter.version1(flow.client(), flow.destination());
    }
    List<ProxyTlv> values = tlvs.stream().flatMap(tlv -> tlv.of(flow).stream()).toList();
    return ProxyHeaderWriter.version2(flow.client(), flow.destination(), values, checksum);
  }

  /** The header of each datagram of a flow. */
  byte[] headerForDatagrams(Flow flow) {
    List<ProxyTlv> values = tlvs.stream().flatMap(tlv -> tlv.of(flow).stream()).toList();
    return ProxyHeaderWriter.datagram(flow.client(), flow.destination(), values, checksum);
  }

  int version() {
    return version;
  }

  /** The header of a probe. */
  byte[] headerForProbe() {
    return version == 1
        ? "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII)
        : ProxyHeaderWriter.local(checksum);
  }

  @Override
  public String toString() {
    String text = "PROXY protocol " + version;
    return tlvs.isEmpty() ? text : text + " with " + tlvs.size() + " values";
  }
}
