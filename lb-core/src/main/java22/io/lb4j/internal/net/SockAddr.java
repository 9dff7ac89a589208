package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A {@code struct sockaddr_storage} with its length, used again and again by one thread. */
final class SockAddr {
  private static final int CAPACITY = 128;
  private static final int UNIX_PATH_AT = 2;
  private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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

  /** Writes an address for the system to read. */
  void write(SocketAddress address) {
    storage.fill((byte) 0);
    storage.set(FAMILY, 0, (short) familyOf(address));
    length.set(ValueLayout.JAVA_INT, 0, writeRest(address));
  }

  private int writeRest(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress unix) {
      byte[] path = unix.getPath().toString().getBytes(StandardCharsets.UTF_8);
      MemorySegment.copy(path, 0, storage, ValueLayout.JAVA_BYTE, UNIX_PATH_AT, path.length);
      return UNIX_PATH_AT + path.length + 1;
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    byte[] host = inet.getAddress().getAddress();
    boolean ipv4 = host.length == 4;
    storage.set(PORT, 2, (short) inet.getPort());
    MemorySegment.copy(host, 0, storage, ValueLayout.JAVA_BYTE, ipv4 ? 4 : 8, host.length);
    if (!ipv4 && inet.getAddress() instanceof java.net.Inet6Address ipv6) {
      storage.set(ValueLayout.JAVA_INT, 24, ipv6.getScopeId());
    }
    return ipv4 ? 16 : 28;
  }

  /** Reads the address that the system has written. */
  SocketAddress read() {
    int family = storage.get(FAMILY, 0);
    if (family == Linux.AF_UNIX) {
      return UnixDomainSocketAddress.of(unixPath());
    }
    boolean ipv4 = family == Linux.AF_INET;
    byte[] host = new byte[ipv4 ? 4 : 16];
    MemorySegment.copy(storage, ValueLayout.JAVA_BYTE, ipv4 ? 4 : 8, host, 0, host.length);
    int port = Short.toUnsignedInt(storage.get(PORT, 2));
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), port);
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
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
