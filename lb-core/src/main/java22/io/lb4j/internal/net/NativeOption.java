package io.lb4j.internal.net;

/** The numbers of a {@link SocketOption}. */
record NativeOption(int level, int name) {
  static NativeOption of(SocketOption option, int family) {
    return switch (option) {
      case KEEP_ALIVE -> socket(Linux.SO_KEEPALIVE);
      case SEND_BUFFER -> socket(Linux.SO_SNDBUF);
      case RECEIVE_BUFFER -> socket(Linux.SO_RCVBUF);
      case REUSE_PORT -> socket(Linux.SO_REUSEPORT);
      case MARK -> socket(Linux.SO_MARK);
      case USER_TIMEOUT -> tcp(Linux.TCP_USER_TIMEOUT);
      case FAST_OPEN -> tcp(Linux.TCP_FASTOPEN);
      case DEFER_ACCEPT -> tcp(Linux.TCP_DEFER_ACCEPT);
      case CONGESTION_CONTROL -> tcp(Linux.TCP_CONGESTION);
      case BIND_ADDRESS_NO_PORT ->
          new NativeOption(Linux.IPPROTO_IP, Linux.IP_BIND_ADDRESS_NO_PORT);
      case TRANSPARENT ->
          family == Linux.AF_INET6
              ? new NativeOption(Linux.IPPROTO_IPV6, Linux.IPV6_TRANSPARENT)
              : new NativeOption(Linux.IPPROTO_IP, Linux.IP_TRANSPARENT);
    };
  }

  private static NativeOption socket(int name) {
    return new NativeOption(Linux.SOL_SOCKET, name);
  }

  private static NativeOption tcp(int name) {
    return new NativeOption(Linux.IPPROTO_TCP, name);
  }

  /** UNIX-domain sockets know of buffers and of nothing else here. */
  boolean appliesTo(int family) {
    boolean buffer = name == Linux.SO_SNDBUF || name == Linux.SO_RCVBUF;
    return family != Linux.AF_UNIX || (level == Linux.SOL_SOCKET && buffer);
  }
}
