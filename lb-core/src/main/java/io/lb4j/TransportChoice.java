package io.lb4j;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what was asked for into a transport that works here.
 *
 * @param server the virtual server that it is for
 * @param whyNotEpoll in words; empty if it is epoll
 */
record TransportChoice(String server, Transport transport, Optional<String> whyNotEpoll) {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  /**
   * Chooses.
   *
   * @throws IllegalStateException when the kind asked for cannot be used, or does not have an
   *     option asked for; the message says why
   */
  static Transport of(VirtualServerSettings settings) {
    TransportChoice choice = choose(settings.name(), settings.transport());
    choice.check("clientSockets", settings.clientSockets());
    choice.check("memberSockets", settings.memberSockets());
    return choice.transport;
  }

  private static TransportChoice choose(String server, TransportKind wanted) {
    if (wanted == TransportKind.NIO) {
      LOG.info("virtual server {} uses the nio transport, as it was told to", server);
      return nio(server, "it was told to use nio");
    }
    NativeTransport found = NativeTransport.find();
    if (found.transport().isPresent()) {
      LOG.info("virtual server {} uses the epoll transport", server);
      return new TransportChoice(server, found.transport().get(), Optional.empty());
    }
    if (wanted == TransportKind.EPOLL) {
      String why = "no epoll transport: " + found.whyNot();
      throw refused(server, why + "; leave transport() out to use nio");
    }
    LOG.info("virtual server {} uses the nio transport, not epoll: {}", server, found.whyNot());
    return nio(server, found.whyNot());
  }

  private static TransportChoice nio(String server, String whyNotEpoll) {
    return new TransportChoice(server, new NioTransport(), Optional.of(whyNotEpoll));
  }

  private void check(String side, SocketSettings options) {
    try {
      transport.check(options, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException failure) {
      throw refused(server, side + ": " + failure.getMessage() + "; " + remedy());
    }
  }

  private String remedy() {
    return whyNotEpoll
        .map(why -> "leave it out, or use the epoll transport, which is not used here: " + why)
        .orElse("leave it out, or give the process the right to it");
  }

  private static IllegalStateException refused(String server, String why) {
    return new IllegalStateException("virtual server " + server + ": " + why);
  }
}
