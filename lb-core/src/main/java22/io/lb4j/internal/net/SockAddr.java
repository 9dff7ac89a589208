package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.Optional;

/** A {@code struct sockaddr_storage} with its length, used again and again by one thread. */
final class SockAddr {
  private static final int CAPACITY = 128;
  private static final int UNIX_PATH_AT = 2;
  private static final int PORT_AT = 2;
  private static final int IPV4_AT = 4;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_AT = 8;
  private static final int IPV6_BYTES = 16;
  private static final int SCOPE_AT = 24;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final int LONGEST_UNIX_PATH = 107; // and a zero
  private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt IPV4 =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment storage;
  private final MemorySegment length;

  SockAddr(Arena arena) {
    storage = arena.allocate(CAPACITY, 8);
    length = arena.allocate(ValueLayout.JAVA_INT);
  }

  long address() {
    return storage.address();
  }

  int length() {
    return length.get(ValueLayout.JAVA_INT, 0);
  }

  /**
   * Makes room for the system to write an address; returns where it finds and leaves the length.
   */
  long lengthAddress() {
    length.set(ValueLayout.JAVA_INT, 0, CAPACITY);
    return length.address();
  }

  static int familyOf(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return Linux.AF_UNIX;
    }
    boolean ipv4 = ((InetSocketAddress) address).getAddress() instanceof Inet4Address;
    return ipv4 ? Linux.AF_INET : Linux.AF_INET6;
  }

  /**
   * Writes an address for the system to read.
   *
   * @throws SocketException when it is a path that is longer than the system can take
   */
  void write(SocketAddress address) throws SocketException {
    storage.fill((byte) 0);
    storage.set(FAMILY, 0, (short) familyOf(address));
    length.set(ValueLayout.JAVA_INT, 0, writeRest(address));
  }

  /** Writes the address of a peer of this family for the system to read. */
  void write(PeerAddress peer, int family) throws SocketException {
    if (family != Linux.AF_INET) {
      write(peer.get());
      return;
    }
    storage.set(FAMILY, 0, (short) family);
    storage.set(PORT, PORT_AT, (short) peer.port());
    storage.set(IPV4, IPV4_AT, peer.ipv4());
    storage.set(ValueLayout.JAVA_LONG, SOCKADDR_IN_BYTES - Long.BYTES, 0);
    length.set(ValueLayout.JAVA_INT, 0, SOCKADDR_IN_BYTES);
  }

  private int writeRest(SocketAddress address) throws SocketException {
    if (address instanceof UnixDomainSocketAddress unix) {
      byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
      if (path.length > LONGEST_UNIX_PATH) {
        throw new SocketException("UNIX-domain path is too long: " + unix);
      }
      MemorySegment.copy(path, 0, storage, ValueLayout.JAVA_BYTE, UNIX_PATH_AT, path.length);
      return UNIX_PATH_AT + path.length + 1;
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    byte[] host = inet.getAddress().getAddress();
    boolean ipv4 = host.length == IPV4_BYTES;
    storage.set(PORT, PORT_AT, (short) inet.getPort());
    for (int i = 0; i < host.length; i++) {
      storage.set(ValueLayout.JAVA_BYTE, (ipv4 ? IPV4_AT : IPV6_AT) + i, host[i]);
    }
    if (inet.getAddress() instanceof Inet6Address ipv6) {
      storage.set(ValueLayout.JAVA_INT, SCOPE_AT, ipv6.getScopeId());
    }
    return ipv4 ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
  }

  /** The address that a descriptor is bound to, asked by any thread. */
  static Optional<SocketAddress> ofSocket(int descriptor) {
    try (Arena arena = Arena.ofConfined()) { // memory of the thread that asks
      SockAddr name = new SockAddr(arena);
      SocketCalls calls = new SocketCalls(new Errno(arena));
      int result = calls.getsockname(descriptor, name.address(), name.lengthAddress());
      return result < 0 ? Optional.empty() : Optional.of(name.read());
    }
  }

  /** Reads the address that the system has written. */
  SocketAddress read() {
    return readPeer().get();
  }

  /** Reads the address that the system has written, for whoever may ask. */
  PeerAddress readPeer() {
    return switch (storage.get(FAMILY, 0)) {
      case Linux.AF_INET -> PeerAddress.ofIpv4(storage.get(IPV4, IPV4_AT), port());
      case Linux.AF_INET6 -> PeerAddress.of(readIpv6());
      default -> PeerAddress.of(readUnix());
    };
  }

  private int port() {
    return Short.toUnsignedInt(storage.get(PORT, PORT_AT));
  }

  private SocketAddress readIpv6() {
    byte[] host = new byte[IPV6_BYTES];
    MemorySegment.copy(storage, ValueLayout.JAVA_BYTE, IPV6_AT, host, 0, host.length);
    int scope = storage.get(ValueLayout.JAVA_INT, SCOPE_AT);
    try {
      InetAddress address =
          scope == 0
              ? InetAddress.getByAddress(host) // IPv4 too, if that is what it stands for
              : Inet6Address.getByAddress(null, host, scope);
      return new InetSocketAddress(address, port());
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  /** The address of four bytes, the first of which is the highest. */
  static SocketAddress ipv4Address(int ipv4, int port) {
    byte[] host = {(byte) (ipv4 >> 24), (byte) (ipv4 >> 16), (byte) (ipv4 >> 8), (byte) ipv4};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port);
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  /** A name that cannot be a path here (a matter of locale) is left out. */
  private SocketAddress readUnix() {
    try {
      return UnixDomainSocketAddress.of(unixPath());
    } catch (InvalidPathException unspeakable) {
      return UnixDomainSocketAddress.of("");
    }
  }

  private String unixPath() {
    byte[] path = new byte[Math.max(0, length() - UNIX_PATH_AT)];
    MemorySegment.copy(storage, ValueLayout.JAVA_BYTE, UNIX_PATH_AT, path, 0, path.length);
    int end = 0;
    while (end < path.length && path[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOf(path, end), StandardCharsets.UTF_8);
  }
}
