package io.lb4j;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what was asked for into a transport that works here. */
final class TransportChoice {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final VirtualServerSettings settings;
  private String whyNotEpoll = "it was told to use nio";

  private TransportChoice(VirtualServerSettings settings) {
    this.settings = settings;
  }

  /**
   * Chooses.
   *
   * @throws IllegalStateException when the kind asked for cannot be used, or does not have an
   *     option asked for; the message says why
   */
  static Transport of(VirtualServerSettings settings) {
    TransportChoice choice = new TransportChoice(settings);
    Transport transport = choice.choose();
    choice.check(transport, "clientSockets", settings.clientSockets());
    choice.check(transport, "memberSockets", settings.memberSockets());
    return transport;
  }

  private Transport choose() {
    if (settings.transport() == TransportKind.NIO) {
      LOG.info("virtual server {} uses the nio transport, as it was told to", settings.name());
      return new NioTransport();
    }
    NativeTransport found = NativeTransport.find();
    if (found.transport().isPresent()) {
      LOG.info("virtual server {} uses the epoll transport", settings.name());
      return found.transport().get();
    }
    whyNotEpoll = found.whyNot();
    if (settings.transport() == TransportKind.EPOLL) {
      throw refused("no epoll transport: " + found.whyNot() + "; leave transport() out to use nio");
    }
    LOG.info(
        "virtual server {} uses the nio transport, not epoll: {}", settings.name(), found.whyNot());
    return new NioTransport();
  }

  private void check(Transport transport, String side, SocketSettings options) {
    try {
      transport.check(options, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException failure) {
      String remedy =
          transport instanceof NioTransport
              ? "leave it out, or use the epoll transport, which is not used here: " + whyNotEpoll
              : "leave it out, or give the process the right to it";
      throw refused(side + ": " + failure.getMessage() + "; " + remedy);
    }
  }

  private IllegalStateException refused(String why) {
    return new IllegalStateException("virtual server " + settings.name() + ": " + why);
  }
}
