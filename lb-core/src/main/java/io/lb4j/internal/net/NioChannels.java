package io.lb4j.internal.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the channels of all kinds of sockets have in common. */
final class NioChannels {
  private static final Logger LOG = LoggerFactory.getLogger(NioChannels.class);

  private NioChannels() {}

  /**
   * The family of an address; a socket of the address's own family needs fewer system calls than
   * one for both.
   */
  static ProtocolFamily familyOf(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return StandardProtocolFamily.UNIX;
    }
    boolean ipv4 = ((InetSocketAddress) address).getAddress() instanceof Inet4Address;
    return ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
  }

  /** Its source and its target are of different families. */
  static NoRouteToHostException noWay(ConnectRequest request) {
    return new NoRouteToHostException(
        "no way from " + request.source().orElse(null) + " to " + request.remote());
  }

  /** The address that it is bound to; empty if it is bound to none, or closed. Any thread. */
  static Optional<SocketAddress> localAddressOf(NetworkChannel channel) {
    try {
      return Optional.ofNullable(channel.getLocalAddress());
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  static void resetAndClose(SocketChannel channel) {
    try {
      if (channel.isOpen()
          && channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException alreadyReset) {
      LOG.trace("reset of a socket that is gone", alreadyReset);
    }
    closeQuietly(channel);
  }

  static void closeQuietly(Channel channel) {
    try {
      channel.close();
    } catch (IOException failure) {
      LOG.debug("close failed: {}", failure.toString());
    }
  }
}
