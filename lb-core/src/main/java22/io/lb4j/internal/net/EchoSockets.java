package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;

/**
 * Opens ICMP sockets where the platform lets an ordinary process have them: on Linux, to groups in
 * {@code net.ipv4.ping_group_range}. For Java 22 and later.
 */
public final class EchoSockets {
  private EchoSockets() {}

  /** Why there are none here, in words; empty when there are. Tries it. */
  public static String whyNot() {
    NativeTransport calls = NativeTransport.find();
    if (calls.transport().isEmpty()) {
      return "ICMP sockets: " + calls.whyNot();
    }
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int socket =
          libc.sockets.socket(
              Linux.AF_INET, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, Linux.IPPROTO_ICMP);
      if (socket >= 0) {
        libc.close(socket);
        return "";
      }
      String denied =
          socket == -Linux.EACCES
              ? " (the sysctl net.ipv4.ping_group_range must take in a group of this process)"
              : "";
      return "ICMP sockets: " + Libc.message(-socket) + denied;
    }
  }

  /** Opens one for an address. */
  public static EchoSocket open(InetAddress address) throws IOException {
    return IcmpSocket.open(address);
  }
}
