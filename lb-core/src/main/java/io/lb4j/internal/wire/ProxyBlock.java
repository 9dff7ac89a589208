package io.lb4j.internal.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Version 2 of the PROXY protocol, in binary.
 *
 * <p>Malformed is another version or command than 2 and {@code LOCAL} or {@code PROXY}, an unknown
 * family or transport, a block too short for its addresses, values whose lengths do not add up, and
 * a wrong or second checksum. After {@code LOCAL} nothing of the block is read. If family or
 * transport are unspecified no address is told; the values after an unspecified family are, if
 * their lengths add up, as some senders put something else there.
 */
final class ProxyBlock {
  /** What every header begins with, one character for each octet. */
  static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  /** Where version and command stand. */
  static final int COMMAND_AT = SIGNATURE.length();

  /** Where the part begins whose length the header tells. */
  static final int START = COMMAND_AT + 4;

  static final int LOCAL = 0x20;
  static final int PROXY = 0x21;

  static final int UNSPECIFIED = 0;
  static final int INET = 1;
  static final int INET6 = 2;
  static final int UNIX = 3;
  static final int STREAM = 1;
  static final int DATAGRAM = 2;

  /** How many octets a UNIX-domain address has. */
  static final int UNIX_OCTETS = 108;

  private ProxyBlock() {}

  /** Whether version and command are known. */
  static void checkCommand(int octet) throws MalformedException {
    if (octet != LOCAL && octet != PROXY) {
      throw new MalformedException(String.format("unknown version and command %#04x", octet));
    }
  }

  /** Reads a whole header whose version and command are known. */
  static ProxyHeader read(ByteBuffer whole) throws MalformedException {
    if (whole.get(COMMAND_AT) == LOCAL) {
      return ProxyHeader.LOCAL;
    }
    int kind = whole.get(COMMAND_AT + 1) & 0xFF;
    int family = kind >>> 4;
    int transport = kind & 0xF;
    if (family > UNIX || transport > DATAGRAM) {
      throw new MalformedException(String.format("unknown family and transport %#04x", kind));
    }
    Octets block = new Octets(whole.slice(START, whole.limit() - START));
    if (family != UNSPECIFIED && transport == UNSPECIFIED) {
      return ProxyHeader.UNKNOWN;
    }
    return switch (family) {
      case INET -> inet(whole, block, 4);
      case INET6 -> inet(whole, block, 16);
      case UNIX -> unix(whole, block);
      default -> unspecified(whole, block);
    };
  }

  private static ProxyHeader inet(ByteBuffer whole, Octets block, int octets)
      throws MalformedException {
    InetAddress from = address(block.next(octets));
    InetAddress to = address(block.next(octets));
    SocketAddress source = new InetSocketAddress(from, block.number16());
    SocketAddress destination = new InetSocketAddress(to, block.number16());
    return header(Optional.of(source), Optional.of(destination), ProxyTlvs.read(whole, block));
  }

  private static InetAddress address(Octets octets) {
    try {
      return InetAddress.getByAddress(octets.bytes());
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  private static ProxyHeader unix(ByteBuffer whole, Octets block) throws MalformedException {
    Optional<SocketAddress> source = path(block.next(UNIX_OCTETS).bytes());
    Optional<SocketAddress> destination = path(block.next(UNIX_OCTETS).bytes());
    return header(source, destination, ProxyTlvs.read(whole, block));
  }

  /** Empty for an address without a name, of Linux' abstract kind, or no path on this machine. */
  private static Optional<SocketAddress> path(byte[] octets) {
    int length = 0;
    while (length < octets.length && octets[length] != 0) {
      length++;
    }
    String path = new String(octets, 0, length, StandardCharsets.UTF_8);
    boolean text =
        Arrays.equals(path.getBytes(StandardCharsets.UTF_8), 0, length, octets, 0, length);
    return text && length > 0 ? addressOf(path) : Optional.empty();
  }

  private static Optional<SocketAddress> addressOf(String path) {
    try {
      return Optional.of(UnixDomainSocketAddress.of(path));
    } catch (InvalidPathException notHere) {
      return Optional.empty();
    }
  }

  private static ProxyHeader unspecified(ByteBuffer whole, Octets block) throws MalformedException {
    boolean values = ProxyTlvs.addUp(whole, START);
    List<ProxyTlv> tlvs = values ? ProxyTlvs.read(whole, block) : List.of();
    return header(Optional.empty(), Optional.empty(), tlvs);
  }

  private static ProxyHeader header(
      Optional<SocketAddress> source, Optional<SocketAddress> destination, List<ProxyTlv> tlvs) {
    return new ProxyHeader(false, source, destination, tlvs);
  }
}
