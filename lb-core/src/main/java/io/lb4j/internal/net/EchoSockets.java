package io.lb4j.internal.net;

import java.io.IOException;
import java.net.InetAddress;

/**
 * Opens ICMP sockets where the platform lets an ordinary process have them. This is the class for
 * Java below 22, which has none.
 */
public final class EchoSockets {
  private EchoSockets() {}

  /** Why there are none here, in words; empty when there are. */
  public static String whyNot() {
    return "ICMP sockets need Java 22 or later";
  }

  /** Opens one for an address. */
  @SuppressWarnings("DoNotCallSuggester") // the class for later Java returns
  public static EchoSocket open(InetAddress address) throws IOException {
    throw new IOException(whyNot() + ": " + address);
  }
}
