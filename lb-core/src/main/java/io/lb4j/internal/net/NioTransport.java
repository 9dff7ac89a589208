package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;

/** The transport of every platform: {@code java.nio.channels}. */
public final class NioTransport implements Transport {
  /** Makes the transport; it holds nothing. */
  public NioTransport() {}

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public Poller openPoller() throws IOException {
    return new NioPoller();
  }

  @Override
  public boolean tellsLocalAddress() {
    return false;
  }

  @Override
  public void check(SocketSettings settings, SocketAddress address) throws IOException {
    NioOptions.check(settings);
  }
}
