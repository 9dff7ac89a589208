package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes headers of the PROXY protocol. */
public final class ProxyHeaderWriter {
  private static final int LONGEST = 0xFFFF;

  private ProxyHeaderWriter() {}

  /**
   * Version 1: {@code TCP4}, or {@code TCP6} if either address is IPv6; {@code UNKNOWN} if either
   * is no IP address.
   */
  public static byte[] version1(SocketAddress source, SocketAddress destination) {
    return ProxyLine.write(source, destination).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Version 2. Two IP addresses or two UNIX-domain addresses are told; others are left unspecified,
   * and so is a path longer than 108 octets.
   *
   * @param tlvs what else to tell, no checksum among it; at most 65535 octets with all the rest
   * @param checksum whether to add a checksum
   */
  public static byte[] version2(
      SocketAddress source, SocketAddress destination, List<ProxyTlv> tlvs, boolean checksum) {
    return version2(source, destination, ProxyBlock.STREAM, tlvs, checksum);
  }

  /** Version 2 for what comes in datagrams (UDP); the rest as for streams. */
  public static byte[] datagram(
      SocketAddress source, SocketAddress destination, List<ProxyTlv> tlvs, boolean checksum) {
    return version2(source, destination, ProxyBlock.DATAGRAM, tlvs, checksum);
  }

  private static byte[] version2(
      SocketAddress source,
      SocketAddress destination,
      int protocol,
      List<ProxyTlv> tlvs,
      boolean checksum) {
    for (ProxyTlv tlv : tlvs) {
      if (tlv.type() == ProxyTlv.CRC32C) {
        throw Checks.bad("tlvs", tlv, "no checksum; ask for one instead");
      }
    }
    Optional<IpPair> ip = IpPair.of(source, destination);
    if (ip.isPresent()) {
      int family = ip.get().ipv6() ? ProxyBlock.INET6 : ProxyBlock.INET;
      int kind = family << 4 | protocol;
      ByteBuffer out = begin(ProxyBlock.PROXY, kind, ip.get().length(), tlvs, checksum);
      ip.get().write(out);
      return end(out, tlvs, checksum);
    }
    Optional<UnixPair> unix = UnixPair.of(source, destination);
    if (unix.isPresent()) {
      int length = unix.get().length();
      int kind = ProxyBlock.UNIX << 4 | protocol;
      ByteBuffer out = begin(ProxyBlock.PROXY, kind, length, tlvs, checksum);
      unix.get().write(out);
      return end(out, tlvs, checksum);
    }
    return unspecified(ProxyBlock.PROXY, tlvs, checksum);
  }

  /** Version 2 for a connection of the sender's own, such as a probe. */
  public static byte[] local(boolean checksum) {
    return unspecified(ProxyBlock.LOCAL, List.of(), checksum);
  }

  private static byte[] unspecified(int command, List<ProxyTlv> tlvs, boolean checksum) {
    return end(begin(command, ProxyBlock.UNSPECIFIED, 0, tlvs, checksum), tlvs, checksum);
  }

  private static ByteBuffer begin(
      int command, int kind, int addresses, List<ProxyTlv> tlvs, boolean checksum) {
    long length = (long) addresses + (checksum ? ProxyTlvs.HEADER + ProxyTlvs.CHECKSUM : 0);
    for (ProxyTlv tlv : tlvs) {
      length += ProxyTlvs.HEADER + tlv.length();
    }
    Checks.range("octets of a PROXY header after its first 16", length, 0, LONGEST);
    ByteBuffer out = ByteBuffer.allocate(ProxyBlock.START + (int) length);
    out.put(ProxyBlock.SIGNATURE.getBytes(StandardCharsets.US_ASCII)).put((byte) command);
    out.put((byte) kind);
    return out.putShort((short) length);
  }

  private static byte[] end(ByteBuffer out, List<ProxyTlv> tlvs, boolean checksum) {
    for (ProxyTlv tlv : tlvs) {
      tlv.write(out);
    }
    if (checksum) {
      out.put((byte) ProxyTlv.CRC32C).putShort((short) ProxyTlvs.CHECKSUM);
      out.putInt(out.position(), ProxyTlvs.sum(out.slice(0, out.limit()), out.position()));
    }
    byte[] header = new byte[out.limit()];
    out.get(0, header);
    return header;
  }
}
