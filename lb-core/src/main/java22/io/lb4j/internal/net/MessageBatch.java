package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Places for datagrams as {@code recvmmsg} and {@code sendmmsg} take them: an array of {@code
 * struct mmsghdr}, and for each of them the peer's address, one {@code struct iovec}, control data
 * (which of our addresses it is) and room for the longest datagram. What never changes is written
 * once.
 */
final class MessageBatch {
  /** How many places there are. */
  static final int SIZE = 16;

  // struct mmsghdr, which is a struct msghdr and a length
  static final int NAME_AT = 0;
  static final int NAME_LENGTH_AT = 8;
  static final int VECTOR_AT = 16;
  static final int VECTOR_COUNT_AT = 24;
  static final int CONTROL_AT = 32;
  static final int CONTROL_LENGTH_AT = 40;
  static final int LENGTH_AT = 56;
  static final int HEADER_BYTES = 64;

  // struct iovec
  static final int BASE_AT = 0;
  static final int COUNT_AT = 8;

  // struct cmsghdr with a struct in_pktinfo or in6_pktinfo
  static final int LEVEL_AT = 8;
  static final int TYPE_AT = 12;
  static final int INFO_AT = 16;
  static final int SOURCE_AT = 4; // of the IPv4 one; the other has its address at 0
  static final int IPV4_CONTROL_BYTES = 28;
  static final int IPV4_CONTROL_SPACE = 32;
  static final int IPV6_CONTROL_BYTES = 36;
  static final int IPV6_CONTROL_SPACE = 40;

  // struct sockaddr_in and sockaddr_in6
  private static final int PORT_AT = 2;
  private static final int IPV4_AT = 4;
  private static final int IPV6_AT = 8;
  private static final int SCOPE_AT = 24;
  private static final int SOCKADDR_IN_BYTES = 16;
  private static final int SOCKADDR_IN6_BYTES = 28;
  private static final int MULTICAST = 0xff; // the first byte of such an IPv6 address

  // what belongs to one place besides its header and its room
  private static final int ITS_NAME_AT = 0;
  private static final int ITS_VECTOR_AT = 32;
  private static final int ITS_CONTROL_AT = 48;
  private static final int CONTROL_ROOM = 80; // an IPv4 datagram on an IPv6 socket brings both
  private static final int ITS_BYTES = 128;

  private static final int ROOM_BYTES = 65_536;
  private static final int STRIDE = ROOM_BYTES + 128; // so that not all share lines of the cache
  private static final int CACHE_LINE = 64;

  private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfShort NET_SHORT = FAMILY.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NET_INT = INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong NET_LONG = LONG.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment headers;
  private final MemorySegment others;
  private final long rooms;
  private final ByteBuffer[] payloads = new ByteBuffer[SIZE];

  MessageBatch(Arena arena) {
    headers = arena.allocate((long) SIZE * HEADER_BYTES, CACHE_LINE);
    others = arena.allocate((long) SIZE * ITS_BYTES, CACHE_LINE);
    MemorySegment memory = arena.allocate((long) SIZE * STRIDE, CACHE_LINE);
    rooms = memory.address();
    for (int place = 0; place < SIZE; place++) {
      payloads[place] = memory.asSlice((long) place * STRIDE, ROOM_BYTES).asByteBuffer();
      long header = headerAt(place);
      long own = others.address() + ownAt(place);
      headers.set(LONG, header + NAME_AT, own + ITS_NAME_AT);
      headers.set(LONG, header + VECTOR_AT, own + ITS_VECTOR_AT);
      headers.set(LONG, header + VECTOR_COUNT_AT, 1);
      headers.set(LONG, header + CONTROL_AT, own + ITS_CONTROL_AT);
    }
  }

  private static long headerAt(int place) {
    return (long) place * HEADER_BYTES;
  }

  private static long ownAt(int place) {
    return (long) place * ITS_BYTES;
  }

  /** Where the header of a place is; those of the next follow. */
  long header(int place) {
    return headers.address() + headerAt(place);
  }

  /** The room of a place: always the same object. */
  ByteBuffer payload(int place) {
    return payloads[place];
  }

  /** Where the room of a place begins. */
  long payloadAddress(int place) {
    return rooms + (long) place * STRIDE;
  }

  // ---- receiving

  /** Makes a place ready for the next datagram to come. */
  void expect(int place) {
    long header = headerAt(place);
    headers.set(INT, header + NAME_LENGTH_AT, SOCKADDR_IN6_BYTES);
    headers.set(LONG, header + CONTROL_LENGTH_AT, CONTROL_ROOM);
  }

  /** Notes how many bytes have come, which the system does itself if it receives many at once. */
  void received(int place, int length) {
    headers.set(INT, headerAt(place) + LENGTH_AT, length);
  }

  /** How many bytes have come. */
  int length(int place) {
    return headers.get(INT, headerAt(place) + LENGTH_AT);
  }

  /** Reads whence a datagram came, and which address of ours it was sent to if that was asked. */
  void readOrigin(int place, DatagramOrigin origin) {
    long name = ownAt(place) + ITS_NAME_AT;
    int port = Short.toUnsignedInt(others.get(NET_SHORT, name + PORT_AT));
    if (others.get(FAMILY, name) == Linux.AF_INET) {
      origin.clientIpv4(others.get(NET_INT, name + IPV4_AT), port);
    } else {
      long high = others.get(NET_LONG, name + IPV6_AT);
      long low = others.get(NET_LONG, name + IPV6_AT + Long.BYTES);
      origin.client(high, low, port, others.get(INT, name + SCOPE_AT));
    }
    origin.local(0, 0);
    long control = ownAt(place) + ITS_CONTROL_AT;
    readLocal(control, control + headers.get(LONG, headerAt(place) + CONTROL_LENGTH_AT), origin);
  }

  /**
   * An IPv4 datagram on an IPv6 socket brings the address it was sent to and the one to answer
   * from, which differ for a broadcast. What was sent to a group is answered from any address.
   */
  private void readLocal(long from, long end, DatagramOrigin origin) {
    long at = from;
    while (end - at > INFO_AT) {
      int level = others.get(INT, at + LEVEL_AT);
      int type = others.get(INT, at + TYPE_AT);
      if (level == Linux.IPPROTO_IP && type == Linux.IP_PKTINFO) {
        origin.localIpv4(others.get(NET_INT, at + INFO_AT + SOURCE_AT));
        return;
      }
      if (level == Linux.IPPROTO_IPV6 && type == Linux.IPV6_PKTINFO) {
        long high = others.get(NET_LONG, at + INFO_AT);
        if (high >>> 56 != MULTICAST) {
          origin.local(high, others.get(NET_LONG, at + INFO_AT + Long.BYTES));
        }
      }
      at += others.get(LONG, at) + Long.BYTES - 1 & -Long.BYTES;
    }
  }

  // ---- sending

  /** Writes what of a place's room is to be sent. */
  void writeVector(int place, int from, int count) {
    long vector = ownAt(place) + ITS_VECTOR_AT;
    others.set(LONG, vector + BASE_AT, payloadAddress(place) + from);
    others.set(LONG, vector + COUNT_AT, count);
  }

  /** All of a place's room may be filled. */
  void openVector(int place) {
    writeVector(place, 0, ROOM_BYTES);
  }

  /** Writes the two ends of a path for an IPv4 socket. */
  void writeIpv4(int place, DatagramPath path) {
    long name = ownAt(place) + ITS_NAME_AT;
    others.set(FAMILY, name, (short) Linux.AF_INET);
    others.set(NET_SHORT, name + PORT_AT, (short) path.clientPort());
    others.set(NET_INT, name + IPV4_AT, (int) path.clientLow());
    others.set(LONG, name + SOCKADDR_IN_BYTES - Long.BYTES, 0);
    headers.set(INT, headerAt(place) + NAME_LENGTH_AT, SOCKADDR_IN_BYTES);
    if (isAnyLocal(path)) {
      headers.set(LONG, headerAt(place) + CONTROL_LENGTH_AT, 0);
      return;
    }
    long info = writeControl(place, IPV4_CONTROL_BYTES, Linux.IPPROTO_IP, Linux.IP_PKTINFO);
    others.set(INT, info, 0); // any interface
    others.set(NET_INT, info + SOURCE_AT, (int) path.localLow());
    headers.set(LONG, headerAt(place) + CONTROL_LENGTH_AT, IPV4_CONTROL_SPACE);
  }

  /** Writes the two ends of a path for an IPv6 socket. */
  void writeIpv6(int place, DatagramPath path) {
    long name = ownAt(place) + ITS_NAME_AT;
    others.set(FAMILY, name, (short) Linux.AF_INET6);
    others.set(NET_SHORT, name + PORT_AT, (short) path.clientPort());
    others.set(INT, name + IPV4_AT, 0); // the flow label
    others.set(NET_LONG, name + IPV6_AT, path.clientHigh());
    others.set(NET_LONG, name + IPV6_AT + Long.BYTES, path.clientLow());
    others.set(INT, name + SCOPE_AT, path.clientScope());
    headers.set(INT, headerAt(place) + NAME_LENGTH_AT, SOCKADDR_IN6_BYTES);
    if (isAnyLocal(path)) {
      headers.set(LONG, headerAt(place) + CONTROL_LENGTH_AT, 0);
      return;
    }
    long info = writeControl(place, IPV6_CONTROL_BYTES, Linux.IPPROTO_IPV6, Linux.IPV6_PKTINFO);
    others.set(NET_LONG, info, path.localHigh());
    others.set(NET_LONG, info + Long.BYTES, path.localLow());
    others.set(INT, info + 2 * Long.BYTES, 0); // any interface, or the one of the client's scope
    headers.set(LONG, headerAt(place) + CONTROL_LENGTH_AT, IPV6_CONTROL_SPACE);
  }

  private static boolean isAnyLocal(DatagramPath path) {
    return path.localLow() == 0 && path.localHigh() == 0;
  }

  private long writeControl(int place, int bytes, int level, int type) {
    long control = ownAt(place) + ITS_CONTROL_AT;
    others.set(LONG, control, bytes);
    others.set(INT, control + LEVEL_AT, level);
    others.set(INT, control + TYPE_AT, type);
    return control + INFO_AT;
  }
}
